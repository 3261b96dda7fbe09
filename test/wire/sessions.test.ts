import { describe, expect, test, vi } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import { createNamedSessions } from '../../src/engine/sessions/named-sessions.ts';
import { createMemorySessionStore } from '../../src/storage/memory-session-store.ts';
import { runs } from '../fixtures/runs.ts';
import { createMemoryLogger } from '../support/memory-logger.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const models: Model[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: [], parameters: [] },
  { id: 'claude-opus-4.5', displayName: 'Opus', aliases: ['opus'], parameters: [] },
];
const TIME = Date.UTC(2026, 5, 6, 12, 0, 0, 400);
const MINUTE = 60_000;

const start = async () => {
  const time = { now: TIME };
  const deleted: string[] = [];
  const cancel = vi.fn((_owner: string, id: string) => id === 'held');
  const sessions = createNamedSessions({
    store: createMemorySessionStore(),
    idleMs: 30 * MINUTE,
    now: () => time.now,
    onDelete: (id) => deleted.push(id),
    logger: createMemoryLogger(),
  });
  const held = { id: 'held', model: 'composer-2.5', createdAt: TIME - 2 * MINUTE, lastUsedAt: TIME - MINUTE };
  const app = await startApp(createScriptedBackend({ models }).backend, {
    sessions,
    heldRuns: { list: () => [held], cancel },
  });
  const ask = async (method: string, path: string, body?: string): Promise<[number, unknown]> => {
    const response = await app.fetch(`/v1/sessions${path}`, { method, ...(body !== undefined && { body }) });
    return [response.status, await response.json()];
  };
  const dispose = async () => {
    sessions.close();
    await app[Symbol.asyncDispose]();
  };
  return { time, deleted, cancel, sessions, app, ask, [Symbol.asyncDispose]: dispose };
};

const entry = (id: unknown, changes: object = {}) => ({
  id,
  model: 'composer-2.5',
  created_at: '2026-06-06T12:00:00+00:00',
  last_used_at: '2026-06-06T12:00:00+00:00',
  ...changes,
});
const heldEntry = entry('held', {
  created_at: '2026-06-06T11:58:00+00:00',
  last_used_at: '2026-06-06T11:59:00+00:00',
});

describe('a session is made', () => {
  const ours = expect.stringMatching(/^[\da-f]{8}-[\da-f-]{27}$/);
  test.each<[name: string, body: string | undefined, expected: object]>([
    ['of the default model, without a body', undefined, entry(ours)],
    ['of an empty body', '', entry(ours)],
    ['of an empty object', '{}', entry(ours)],
    ['of nulls', '{"model":null,"id":null}', entry(ours)],
    ['of a model by its alias', '{"model":"opus","unknown":1}', entry(ours, { model: 'claude-opus-4.5' })],
    ['of a name', '{"id":"a/b?c"}', entry('a/b?c')],
  ])('%s', async (_name, body, expected) => {
    await using started = await start();
    const { app, ask } = started;
    const response = await app.fetch('/v1/sessions', { method: 'POST', ...(body !== undefined && { body }) });
    const made = (await response.json()) as { id: string };
    expect([response.status, made]).toEqual([200, expected]);
    expect(Object.keys(made)).toEqual(['id', 'model', 'created_at', 'last_used_at']);
    expect(await ask('GET', `/${encodeURIComponent(made.id)}`)).toEqual([200, made]);
    expect(await ask('GET', '')).toEqual([200, { object: 'list', data: [made, heldEntry] }]);
  });

  test.each<[name: string, body: string, status: number, error: object]>([
    ['an unknown model', '{"model":"nope"}', 404, { code: 'model_not_found', param: 'model' }],
    ['no object', '[]', 422, { param: null }],
    ['a model that is no text', '{"model":5}', 422, { param: 'model' }],
    ['a name with a space', '{"id":"a b"}', 400, { param: 'id' }],
    ['a name that is taken', '{"id":"taken"}', 409, {}],
    ['no JSON', '{', 400, { code: 'invalid_json' }],
  ])('not of %s', async (_name, body, status, error) => {
    await using started = await start();
    await started.ask('POST', '', '{"id":"taken"}');
    expect(await started.ask('POST', '', body)).toMatchObject([status, { error }]);
    expect(await started.ask('GET', '')).toMatchObject([200, { data: [{ id: 'taken' }, { id: 'held' }] }]);
  });
});

test('a session and a waiting run are shown and deleted', async () => {
  await using started = await start();
  const { ask, deleted, cancel } = started;
  await ask('POST', '', '{"id":"mine"}');
  expect(await ask('GET', '/held')).toEqual([200, heldEntry]);
  expect(await ask('DELETE', '/mine')).toEqual([200, { deleted: true, id: 'mine' }]);
  expect([deleted, cancel.mock.calls]).toEqual([['mine'], []]);
  expect(await ask('DELETE', '/held')).toEqual([200, { deleted: true, id: 'held' }]);
  expect(cancel).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^[\da-f]{64}$/), 'held');
});

test.each(['GET', 'DELETE'])('%s of none, of a deleted, an idle and a foreign session is 404', async (method) => {
  await using started = await start();
  const { ask, sessions, time } = started;
  sessions.create('another token', 'composer-2.5', 'foreign');
  await ask('POST', '', '{"id":"deleted"}');
  await ask('DELETE', '/deleted');
  await ask('POST', '', '{"id":"idle"}');
  expect((await ask('GET', '/idle'))[0]).toBe(200);
  for (const id of ['none', 'deleted', 'foreign']) {
    expect(await ask(method, `/${id}`)).toEqual([
      404,
      { error: { message: expect.stringContaining(id), type: 'invalid_request_error', param: null, code: null } },
    ]);
  }
  time.now += 30 * MINUTE + 1;
  expect((await ask(method, '/idle'))[0]).toBe(404);
  expect((await ask('POST', '', '{"id":"idle"}'))[0]).toBe(200);
});

test.each([
  ['PUT', '/v1/sessions', 'GET, HEAD, POST'],
  ['POST', '/v1/sessions/x', 'GET, HEAD, DELETE'],
])('%s %s is told the methods that there are', async (method, path, allow) => {
  await using started = await start();
  const response = await started.app.fetch(path, { method, body: '{}' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
});

describe('a chat in a session', () => {
  const CHAT = '/v1/chat/completions';
  const steps = runs['text'] ?? [];
  const answer = { role: 'assistant', content: [{ type: 'text', text: 'Hello there!' }], toolCalls: [] };
  const user = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] });
  const begin = async (script: readonly RunStep[] = steps) => {
    const { backend, requests } = createScriptedBackend({ models, steps: script });
    const app = await startApp(backend);
    const chat = (text: string, body: object = {}, id = 'mine') =>
      app.fetch(CHAT, {
        method: 'POST',
        body: JSON.stringify({ messages: [{ role: 'user', content: text }], ...body }),
        headers: { 'X-Cursor-Session-ID': id },
      });
    return { app, requests, chat, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  };

  test('goes on where it was, with the model that was named last', async () => {
    await using begun = await begin();
    const { app, chat, requests } = begun;
    const first = await chat('One');
    expect([first.status, first.headers.get('x-cursor-session-id'), await first.json()]).toMatchObject([
      200,
      'mine',
      { cursor_metadata: { session_id: 'mine' } },
    ]);
    const second = await chat('Two', { model: 'opus', stream: true });
    expect([second.headers.get('x-cursor-session-id'), await second.text()]).toEqual([
      'mine',
      expect.stringContaining('"session_id":"mine"'),
    ]);
    expect((await chat('Three')).status).toBe(200);
    expect(requests.map(({ model }) => model.id)).toEqual(['composer-2.5', 'claude-opus-4.5', 'claude-opus-4.5']);
    // The scripted backend keeps no agents: each turn gets the whole conversation.
    expect(requests.at(-1)?.messages).toEqual([user('One'), answer, user('Two'), answer, user('Three')]);
    const info = await (await app.fetch('/v1/sessions/mine')).json();
    expect(info).toMatchObject({ id: 'mine', model: 'claude-opus-4.5' });
  });

  test('takes one request at a time, and nothing from one that failed', async () => {
    const gate = Promise.withResolvers<void>();
    await using begun = await begin([gate.promise, ...(runs['error before any output'] ?? [])]);
    const { app, chat, requests } = begun;
    const first = chat('One');
    await expect.poll(() => requests.length).toBe(1);
    const second = await chat('Two');
    expect([second.status, await second.json()]).toMatchObject([409, { error: { type: 'invalid_request_error' } }]);
    gate.resolve();
    expect((await first).status).toBe(429);
    expect((await app.fetch('/v1/sessions/mine')).status).toBe(404);
    expect(requests).toHaveLength(1);
  });

  test.each(['x'.repeat(129), 'a b'])('cannot have the id "%s"', async (id) => {
    await using begun = await begin();
    expect((await begun.chat('One', {}, id)).status).toBe(400);
    expect(begun.requests).toEqual([]);
  });
});
