import { expect, test } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import { runs } from '../fixtures/runs.ts';
import { foldMessageEvents } from '../support/fold-message-events.ts';
import { parseSse } from '../support/parse-sse.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const models: Model[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: [], parameters: [] },
  { id: 'claude-4.5-sonnet', displayName: 'Sonnet 4.5', aliases: ['sonnet'], parameters: [] },
];

const start = async () => {
  const scripted = createScriptedBackend({ models, steps: runs['text'] ?? [] });
  const app = await startApp(scripted.backend);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    app.fetch(`/v1/messages${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  return { app, post, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

const hello = { model: 'claude-sonnet-4-5-20250929', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };

test('an answer as JSON, of the model that a name of Anthropic’s means', async () => {
  await using server = await start();
  const response = await server.post('', { ...hello, metadata: { user_id: 'u' } }, { 'X-Request-ID': 'my-id' });
  expect(response.status).toBe(200);
  expect(response.headers.get('request-id')).toBe('my-id');
  expect(response.headers.get('x-portside-model')).toBe('claude-4.5-sonnet');
  expect(response.headers.get('x-portside-ignored')).toBe('metadata');
  expect(await response.json()).toMatchObject({
    type: 'message',
    model: 'claude-4.5-sonnet',
    content: [{ type: 'text', text: 'Hello there!' }],
    stop_reason: 'end_turn',
  });
});

test('an answer as a stream', async () => {
  await using server = await start();
  const response = await server.post('', { ...hello, stream: true });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(foldMessageEvents(parseSse(await response.text()))).toMatchObject({
    content: [{ type: 'text', text: 'Hello there!' }],
    stop_reason: 'end_turn',
  });
});

test('a stop sequence is told', async () => {
  await using server = await start();
  const response = await server.post('', { ...hello, stop_sequences: ['zz', ' there'] });
  expect(await response.json()).toMatchObject({
    content: [{ text: 'Hello' }],
    stop_reason: 'stop_sequence',
    stop_sequence: ' there',
  });
});

test('a model that nothing matches is the default one, which the answer names', async () => {
  await using server = await start();
  const response = await server.post('', { ...hello, model: 'claude-haiku-4-5' });
  expect(response.headers.get('x-portside-model')).toBe('composer-2.5');
});

test('tokens are counted', async () => {
  await using server = await start();
  const count = async (body: object): Promise<number> => {
    const answer = JSON.parse(await (await server.post('/count_tokens', body)).text());
    expect(Object.keys(answer)).toEqual(['input_tokens']);
    return answer.input_tokens;
  };
  expect(await count({ ...hello, system: 'Be kind to everyone.' })).toBeGreaterThan(await count(hello));
});

test.each<[what: string, path: string, init: object, status: number, type: string]>([
  ['no token', '/v1/messages', { method: 'POST', headers: { Authorization: '' } }, 401, 'authentication_error'],
  ['a wrong body', '/v1/messages', { method: 'POST', body: '{}' }, 400, 'invalid_request_error'],
  ['no JSON', '/v1/messages', { method: 'POST', body: '{' }, 400, 'invalid_request_error'],
  ['another method', '/v1/messages', { method: 'GET' }, 405, 'invalid_request_error'],
  ['nothing there', '/v1/messages/batches', { method: 'GET' }, 404, 'not_found_error'],
  ['no such model', '/v1/models/x', { headers: { 'anthropic-version': '2023-06-01' } }, 404, 'not_found_error'],
])('errors have Anthropic’s form: %s', async (_what, path, init, status, type) => {
  await using server = await start();
  const response = await server.app.fetch(path, init);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({
    type: 'error',
    error: { type, message: expect.any(String) },
    request_id: response.headers.get('request-id'),
  });
});

test('models have the form of the client that asks', async () => {
  await using server = await start();
  const list = async (headers: Record<string, string>) => (await server.app.fetch('/v1/models', { headers })).json();
  expect(await list({ 'anthropic-version': '2026-10-21' })).toMatchObject({
    data: [{ type: 'model', id: 'composer-2.5' }, {}],
    has_more: false,
  });
  expect(await list({})).toMatchObject({ object: 'list', data: [{ object: 'model', id: 'composer-2.5' }, {}] });
});
