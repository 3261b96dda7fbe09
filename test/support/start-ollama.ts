import type { Model } from '../../src/core/model.ts';
import { runs } from '../fixtures/runs.ts';
import { createScriptedBackend, type RunStep } from './scripted-backend.ts';
import { type AppRequest, startApp, type StartAppOptions } from './start-app.ts';

const MODELS: readonly Model[] = [
  {
    id: 'composer-2.5',
    displayName: 'Composer 2.5',
    aliases: ['composer'],
    parameters: [{ id: 'reasoning', displayName: null, values: ['low', 'high'] }],
  },
  { id: 'plain-1', displayName: 'Plain', aliases: [], parameters: [] },
];

/** An app with two models, on a backend that plays a run of the fixtures or these steps. */
export const startOllama = async (script: string | readonly RunStep[] = 'text', options: StartAppOptions = {}) => {
  const steps = typeof script === 'string' ? (runs[script] ?? []) : script;
  const { backend, requests, ended } = createScriptedBackend({ steps, models: MODELS });
  const app = await startApp(backend, options);
  return { ...app, requests, ended };
};

export const post = (body: object, headers: Readonly<Record<string, string>> = {}): AppRequest => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers,
});

export const CHAT = '/api/chat';
export const GENERATE = '/api/generate';

/** The body of a chat. */
export const chat = (fields: object = {}) => ({
  model: 'composer-2.5',
  messages: [{ role: 'user', content: 'Hello' }],
  ...fields,
});

/** The body of a request to generate. */
export const generate = (fields: object = {}) => ({ model: 'composer-2.5', prompt: 'Hello', ...fields });

export const readJson = async (response: Response) => JSON.parse(await response.text());
