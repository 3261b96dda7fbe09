import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { Model } from '../../src/core/model.ts';
import { createAuthenticator } from '../../src/server/authentication/create-authenticator.ts';
import { runs } from '../fixtures/runs.ts';
import { checkMessageStream } from '../support/check-message-stream.ts';
import { foldMessageEvents } from '../support/fold-message-events.ts';
import { parseSse } from '../support/parse-sse.ts';
import { readStatuses, sendRaw } from '../support/raw-connection.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { ACCESS_TOKEN, CLIENT, startApp, type StartAppOptions } from '../support/start-app.ts';

const models: Model[] = [
  { id: 'composer-2.5', displayName: 'Composer 2.5', aliases: [], parameters: [] },
  { id: 'claude-4.5-sonnet', displayName: 'Sonnet 4.5', aliases: ['sonnet'], parameters: [] },
];

const start = async (options: StartAppOptions = {}, steps: readonly RunStep[] = runs['text'] ?? []) => {
  const scripted = createScriptedBackend({ models, steps });
  const app = await startApp(scripted.backend, options);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    app.fetch(`/v1/messages${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  return { app, post, requests: scripted.requests, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

const hello = { model: 'claude-sonnet-4-5-20250929', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };

test('an answer as JSON, of the model that a name of Anthropic’s means, under that name', async () => {
  await using server = await start();
  const response = await server.post('', { ...hello, metadata: { user_id: 'u' } }, { 'X-Request-ID': 'my-id' });
  expect(response.status).toBe(200);
  expect(response.headers.get('request-id')).toBe('my-id');
  expect(response.headers.get('x-portside-model')).toBe('claude-4.5-sonnet');
  expect(response.headers.get('x-portside-ignored')).toBe('metadata');
  expect(await response.json()).toMatchObject({
    type: 'message',
    model: hello.model,
    content: [{ type: 'text', text: 'Hello there!' }],
    stop_reason: 'end_turn',
  });
});

test('an answer as a stream', async () => {
  await using server = await start();
  const response = await server.post('', { ...hello, stream: true });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const text = await response.text();
  checkMessageStream(text);
  expect(foldMessageEvents(parseSse(text))).toMatchObject({
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

test.each([false, true])('a request for no tokens is answered without a run (stream: %s)', async (stream) => {
  await using server = await start();
  const response = await server.post('', { ...hello, max_tokens: 0, stream });
  expect(response.status).toBe(200);
  const text = await response.text();
  if (stream) checkMessageStream(text);
  expect(stream ? foldMessageEvents(parseSse(text)) : JSON.parse(text)).toMatchObject({
    content: [],
    stop_reason: 'max_tokens',
    usage: { input_tokens: 0, output_tokens: 0 },
  });
  expect(server.requests).toEqual([]);
});

test.each<[named: string | undefined, used: string, told: string, header: string | null]>([
  ['claude-4.5-sonnet', 'claude-4.5-sonnet', 'claude-4.5-sonnet', null],
  ['sonnet', 'claude-4.5-sonnet', 'sonnet', 'claude-4.5-sonnet'],
  ['claude-sonnet-4-5[1m]', 'claude-4.5-sonnet', 'claude-sonnet-4-5[1m]', 'claude-4.5-sonnet'],
  ['mine', 'claude-4.5-sonnet', 'mine', 'claude-4.5-sonnet'],
  ['claude-haiku-4-5', 'composer-2.5', 'composer-2.5', 'composer-2.5'],
  ['auto', 'composer-2.5', 'composer-2.5', 'composer-2.5'],
  [undefined, 'composer-2.5', 'composer-2.5', 'composer-2.5'],
])('the answer names the model as the client did, where that means one: %s', async (named, used, told, header) => {
  await using server = await start({ modelMap: { mine: 'sonnet' } });
  for (const stream of [false, true]) {
    const response = await server.post('', { ...hello, model: named, stream });
    expect(response.headers.get('x-portside-model')).toBe(header);
    expect(await response.text()).toContain(`"model":"${told}"`);
  }
  expect(server.requests.map(({ model }) => model.id)).toEqual([used, used]);
});

test.each<[headers: Record<string, string>, status: number]>([
  [{ 'x-api-key': ACCESS_TOKEN }, 200],
  [{ 'x-api-key': ACCESS_TOKEN, Authorization: 'Bearer something-else' }, 200],
  [{ 'x-api-key': 'portside_wrong' }, 401],
])('the token may come as a key: %j', async (headers, status) => {
  await using server = await start();
  const versions = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'claude-code-20250219,made-up-2026-01-01' };
  const response = await server.post('', hello, { Authorization: '', ...versions, ...headers });
  expect(response.status).toBe(status);
});

test('while nothing comes, the stream is opened and kept alive by pings', async () => {
  const over = Promise.withResolvers<void>();
  await using server = await start({ timing: { quietMs: 1, heartbeatMs: 1 } }, [over.promise, ...(runs['text'] ?? [])]);
  const response = await server.post('', { ...hello, stream: true });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.split('event: ping').length > 3) over.resolve();
  }
  checkMessageStream(text);
  expect(text).toMatch(
    /^event: message_start\n[^]*event: ping\ndata: \{"type":"ping"\}\n\n[^]*event: content_block_start/,
  );
});

test('a failure before any output has its status, one after it is an event', async () => {
  const failure = { type: 'run-error', error: { code: 'rate_limited', message: 'Too many.' } } as const;
  await using early = await start({}, [failure]);
  const refused = await early.post('', { ...hello, stream: true });
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { type: 'rate_limit_error' } }]);
  const begun = (runs['text'] ?? []).slice(0, 3);
  await using late = await start({}, [...begun, failure]);
  const text = await (await late.post('', { ...hello, stream: true })).text();
  checkMessageStream(text);
  expect(JSON.parse(parseSse(text).at(-1) ?? '')).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
});

test.each([
  ['ignore', 200],
  ['refuse', 400],
] as const)('tools of Anthropic’s own: %s', async (hostedTools, status) => {
  await using server = await start({ hostedTools });
  const response = await server.post('', { ...hello, tools: [{ type: 'web_search_20250305', name: 'web_search' }] });
  expect(response.status).toBe(status);
  expect(response.headers.get('x-portside-ignored')).toBe(status === 200 ? 'tools[web_search_20250305]' : null);
});

describe('the model that is used', () => {
  const modelMap = { 'gpt-4o*': 'sonnet', sonnet: 'composer-2.5' };
  const say = { messages: [{ role: 'user', content: 'Hello' }] };
  test.each<[path: string, body: object, isCompaction?: boolean]>([
    ['/v1/chat/completions', say],
    ['/v1/completions', { prompt: 'Hello' }],
    ['/v1/responses', { input: 'Hello', store: false }],
    ['/v1/responses/compact', { input: 'Hello' }, true],
  ])('is told where it is another than was named: %s', async (path, body, isCompaction = false) => {
    await using server = await start({ modelMap });
    for (const stream of isCompaction ? [undefined] : [false, true]) {
      for (const [model, used, header] of [
        ['composer-2.5', 'composer-2.5', null],
        ['gpt-4o-mini', 'claude-4.5-sonnet', 'claude-4.5-sonnet'],
        ['sonnet', 'composer-2.5', 'composer-2.5'],
        [undefined, 'composer-2.5', 'composer-2.5'],
      ]) {
        const init = { method: 'POST', body: JSON.stringify({ ...body, model, stream }) };
        const response = await server.app.fetch(path, init);
        expect(response.headers.get('x-portside-model')).toBe(header);
        const text = await response.text();
        // A compaction has no place for it.
        if (!isCompaction) expect(text).toContain(`"model":"${used}"`);
        expect(server.requests.at(-1)?.model.id).toBe(used);
      }
    }
  });

  test('is not told where no header could', async () => {
    const { backend } = createScriptedBackend({
      models: new GatewayError('upstream_error', 'Down.'),
      steps: runs['text'] ?? [],
    });
    await using app = await startApp(backend);
    for (const [model, header] of [
      ['模型-sdk', null],
      ['model-sdk', 'model'],
    ]) {
      const body = JSON.stringify({ ...say, model });
      const response = await app.fetch('/opencodev2/v1/chat/completions', { method: 'POST', body });
      expect([response.status, response.headers.get('x-portside-model')]).toEqual([200, header]);
    }
  });

  test('is none that the token may not use, whatever its name', async () => {
    const client = { ...CLIENT, models: ['composer-2.5'] };
    await using server = await start({
      modelMap,
      authentication: createAuthenticator({
        clients: { check: async () => ({ status: 'accepted', client }) },
        isRequired: true,
        checkCursorKey: null,
      }),
    });
    const ask = async (model: string) => {
      const response = await server.post('', { ...hello, model });
      const { model: told } = JSON.parse(await response.text());
      return [response.status, response.headers.get('x-portside-model'), told];
    };
    const names = ['gpt-4o', 'claude-4.5-sonnet', 'claude-sonnet-4-5', 'claude-4.5-sonnet[1m]'];
    for (const name of names) expect(await ask(name)).toEqual([200, 'composer-2.5', 'composer-2.5']);
    expect(await ask('sonnet')).toEqual([200, 'composer-2.5', 'sonnet']);
    expect(server.requests.map(({ model }) => model.id)).toEqual([...names, 'sonnet'].map(() => 'composer-2.5'));
  });
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

test.each<[path: string, isAnthropics: boolean]>([
  ['/v1/messages?beta=true', true],
  ['/v1/chat/completions', false],
])('what is refused before it is read has the form of its API too: %s', async (path, isAnthropics) => {
  await using server = await start({ limits: { maxHeaderCount: 10 } });
  // One more than are taken: those beyond it do not come through Node.js.
  const headers = ['Host: localhost', ...Array.from({ length: 10 }, (_, index) => `X-${index}: x`)];
  const answer = await sendRaw(server.app.port, `POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(readStatuses(head)).toEqual([431]);
  const told = JSON.parse(body);
  const id = /^request-id: (.*)$/m.exec(head)?.[1];
  if (isAnthropics) expect(told).toMatchObject({ type: 'error', error: { message: expect.stringMatching(/headers/) } });
  else expect(told).toMatchObject({ error: { code: null, param: null } });
  expect(told.request_id).toBe(id);
  expect(id === undefined).toBe(!isAnthropics);
});

test('models come in pages, and by the names that Anthropic has for them', async () => {
  await using server = await start();
  const get = async (path: string) => {
    const response = await server.app.fetch(`/v1/models${path}`, { headers: { 'anthropic-version': '2023-06-01' } });
    return { body: await response.json(), ignored: response.headers.get('x-portside-ignored') };
  };
  const first = await get('?limit=1&lifecycle[]=active');
  expect(first).toMatchObject({
    body: { data: [{ id: 'composer-2.5' }], has_more: true, first_id: 'composer-2.5', last_id: 'composer-2.5' },
    ignored: 'lifecycle',
  });
  expect((await get('?limit=1&after_id=composer-2.5')).body).toMatchObject({
    data: [{ id: 'claude-4.5-sonnet', display_name: 'Sonnet 4.5' }],
    has_more: false,
  });
  expect((await get('/claude-sonnet-4-5-20250929')).body).toMatchObject({ type: 'model', id: 'claude-4.5-sonnet' });
});

test.each([
  ['/v1/models/auto', {}, { id: 'composer-2.5', object: 'model' }],
  ['/v1/models/auto', { headers: { 'anthropic-version': '2023-06-01' } }, { id: 'composer-2.5', type: 'model' }],
  ['/api/show', { method: 'POST', body: '{"model":"auto"}' }, { modelfile: expect.stringContaining('composer-2.5') }],
])('auto can be looked up, and is the default model: %s %j', async (path, init, shown) => {
  await using server = await start();
  const response = await server.app.fetch(path, init);
  expect([response.status, await response.json()]).toMatchObject([200, shown]);
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
