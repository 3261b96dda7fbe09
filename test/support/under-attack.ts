import { expect } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import type { RunRequest } from '../../src/core/run-request.ts';
import { runs } from '../fixtures/runs.ts';
import { createScriptedBackend, type RunStep } from './scripted-backend.ts';
import { ACCESS_TOKEN, startApp, type StartAppOptions } from './start-app.ts';

export type AttackedApp = Awaited<ReturnType<typeof startApp>>;

const MODELS: readonly Model[] = [{ id: 'composer-2.5', displayName: 'Composer', aliases: [], parameters: [] }];

export const CHAT = '/v1/chat/completions';
export const HELLO = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] });

/**
 * Attacks the API over real sockets; afterwards an honest client is still served, no run was started beside its own unless
 * `expectedRuns` says so, and the log holds none of the secrets.
 */
export const underAttack = async (
  attack: (app: AttackedApp, ended: Promise<unknown>, requests: readonly RunRequest[]) => Promise<void>,
  {
    steps = runs['text'] ?? [],
    expectedRuns = 0,
    secrets = [],
    ...options
  }: StartAppOptions & {
    readonly steps?: readonly RunStep[];
    readonly expectedRuns?: number;
    readonly secrets?: readonly string[];
  } = {},
): Promise<void> => {
  const { backend, requests, ended } = createScriptedBackend({ models: MODELS, steps });
  await using app = await startApp(backend, options);
  await attack(app, ended, requests);
  expect(requests).toHaveLength(expectedRuns);
  expect(await (await fetch(`${app.url}/health`)).json()).toMatchObject({ status: 'ok' });
  const models = await app.fetch('/v1/models');
  expect([models.status, await models.json()]).toMatchObject([200, { data: [{ id: 'composer-2.5' }] }]);
  const log = app.logger.lines.join('\n');
  for (const secret of [ACCESS_TOKEN, ...secrets]) expect(log).not.toContain(secret);
};
