import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import { readAffinity } from '../../src/server/affinity.ts';
import { removeModelSuffix } from '../../src/server/model-suffix.ts';
import { runs } from '../fixtures/runs.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const models: Model[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: ['composer'], parameters: [] },
  { id: 'acme-sdk', displayName: 'Acme', aliases: [], parameters: [] },
];
const steps = runs['text'] ?? [];

describe.each([
  ['/v1', ['composer-2.5', 'acme-sdk'], 'Composer 2.5'],
  ['/opencode/v1', ['composer-2.5', 'acme-sdk'], 'Composer 2.5'],
  ['/opencodev2/v1', ['composer-2.5-sdk', 'acme-sdk-sdk'], 'Composer 2.5 SDK Harness'],
])('%s', (prefix, ids, name) => {
  test('lists the models under its ids', async () => {
    await using app = await startApp(createScriptedBackend({ models }).backend);
    const list = (await (await app.fetch(`${prefix}/models`)).json()) as { data: { id: string; name: string }[] };
    expect(findSchemaErrors('ListModelsResponse', list)).toEqual([]);
    expect([list.data.map(({ id }) => id), list.data[0]?.name]).toEqual([ids, name]);
    for (const model of list.data) {
      expect(await (await app.fetch(`${prefix}/models/${model.id}`)).json()).toEqual(model);
    }
    expect(await (await app.fetch(`${prefix}/models/composer`)).json()).toEqual(list.data[0]);
  });

  test('answers with each of them', async () => {
    const { backend, requests } = createScriptedBackend({ models, steps });
    await using app = await startApp(backend);
    for (const model of ids) {
      const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
      const response = await app.fetch(`${prefix}/chat/completions`, { method: 'POST', body });
      expect([response.status, await response.json()]).toMatchObject([200, { object: 'chat.completion' }]);
    }
    expect(requests.map(({ model }) => model.id)).toEqual(['composer-2.5', 'acme-sdk']);
  });

  test('has its guards', async () => {
    await using app = await startApp(createScriptedBackend({ models }).backend);
    expect((await fetch(`${app.url}${prefix}/models`)).status).toBe(401);
    const response = await app.fetch(`${prefix}/chat/completions`, { method: 'PUT' });
    const allow = prefix === '/v1' ? 'GET, HEAD, POST' : 'POST';
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect((await app.fetch(`${prefix}/models/nope-sdk`)).status).toBe(404);
  });
});

test.each([
  ['composer-2.5-sdk', '-sdk', 'composer-2.5'],
  ['composer-sdk', '-sdk', 'composer'],
  ['composer-2.5', '-sdk', 'composer-2.5'],
  ['acme-sdk', '-sdk', 'acme-sdk'],
  ['auto-sdk', '-sdk', 'auto'],
  ['composer-2.5-sdk', null, 'composer-2.5-sdk'],
  [null, '-sdk', null],
] as const)('the model %s with the suffix %s is %s', async (id, suffix, expected) => {
  expect(await removeModelSuffix({ list: async () => models }, id, suffix)).toBe(expected);
});

test.each<[headers: Readonly<Record<string, string>>, expected: string | null]>([
  [{}, null],
  [{ 'x-session-affinity': ' ses_1 ', 'x-opencode-session': 'ses_2' }, 'ses_1'],
  [{ 'x-opencode-session': 'ses_2' }, 'ses_2'],
  [{ 'x-session-affinity': ' ', 'x-opencode-session': 'ses_2' }, 'ses_2'],
  [{ 'x-session-affinity': 'x'.repeat(257) }, null],
])('the headers %j tell of the session %s', (headers, expected) => {
  const get = ((name: string) => headers[name]) as Parameters<typeof readAffinity>[0]['get'];
  expect(readAffinity({ get })).toBe(expected);
});
