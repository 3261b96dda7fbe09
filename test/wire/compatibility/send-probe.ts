import type { Model } from '../../../src/core/model.ts';
import { runs } from '../../fixtures/runs.ts';
import { createScriptedBackend, type RunStep } from '../../support/scripted-backend.ts';
import { startApp } from '../../support/start-app.ts';
import type { Made, Outcome, Probe, Send } from './probe.ts';

const MODELS: readonly Model[] = [
  {
    id: 'composer-2.5',
    displayName: 'Composer 2.5',
    aliases: [],
    parameters: [
      { id: 'reasoning', displayName: null, values: ['none', 'low', 'medium', 'high'] },
      { id: 'fast', displayName: null, values: ['true', 'false'] },
    ],
  },
  { id: 'gpt-5.5', displayName: 'GPT 5.5', aliases: ['gpt'], parameters: [] },
];

/** A request as a probe wants it. */
export interface ProbeRequest {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** With `{id}` for what is made before. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly prepare?: ((send: Send) => Promise<Made>) | undefined;
  readonly steps?: readonly RunStep[] | undefined;
  readonly look?: Probe['look'] | undefined;
}

/** Sends one request to an app of its own. */
export const sendProbe = async (request: ProbeRequest): Promise<Outcome & { readonly ignored: readonly string[] }> => {
  const scripted = createScriptedBackend({ models: MODELS, steps: request.steps ?? runs['text'] ?? [] });
  await using app = await startApp(scripted.backend);
  const exchange = async (method: string, path: string, body?: unknown) => {
    const response = await app.fetch(path, {
      method,
      headers: request.headers ?? {},
      ...(body !== undefined && body !== null && { body: JSON.stringify(body) }),
    });
    return { response, status: response.status, body: toJson(await response.text()) };
  };
  const made = (await request.prepare?.(exchange)) ?? {};
  const runsBefore = scripted.requests.length;
  const query = new URLSearchParams(
    Object.entries(request.query).map(([name, value]): [string, string] => [name, fill(String(value), made)]),
  ).toString();
  const { response, status, body } = await exchange(
    request.method,
    fill(request.path, made) + (query === '' ? '' : `?${query}`),
    request.body === null ? null : fillAll(request.body, made),
  );
  const requests = scripted.requests.slice(runsBefore);
  return {
    status,
    contentType: response.headers.get('content-type'),
    usedModel: response.headers.get('x-portside-model'),
    ignored: response.headers.get('x-portside-ignored')?.split(', ') ?? [],
    body,
    runs: requests,
    ...(request.look !== undefined && { later: await request.look(exchange, body, made) }),
  };
};

const toJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const fill = (text: string, made: Made): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => made[name] ?? whole);

const fillAll = (value: unknown, made: Made): unknown =>
  JSON.parse(JSON.stringify(value), (_key, inner: unknown) => (typeof inner === 'string' ? fill(inner, made) : inner));
