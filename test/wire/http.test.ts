import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { Model } from '../../src/core/model.ts';
import { runs } from '../fixtures/runs.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { type AppRequest, startApp } from '../support/start-app.ts';

const models: Model[] = [
  {
    id: 'composer-2.5',
    displayName: 'Composer 2.5',
    aliases: ['composer'],
    parameters: [{ id: 'fast', displayName: 'Fast', values: ['true'] }],
  },
  { id: 'claude-opus-4.5', displayName: 'Opus', aliases: ['opus'], parameters: [] },
];
const steps = runs['text'] ?? [];
const hello = { messages: [{ role: 'user', content: 'Hello' }] };
const chat = '/v1/chat/completions';
const post = (body: unknown, headers: Record<string, string> = {}): AppRequest => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers,
});

describe('answers', () => {
  test('health says whether the bridge is there', async () => {
    for (const [status, expected] of [
      ['ready', [200, { status: 'ok', bridge: 'connected' }]],
      ['starting', [503, { status: 'degraded', bridge: 'unavailable' }]],
      ['restarting', [503, { status: 'degraded', bridge: 'unavailable' }]],
      ['failed', [503, { status: 'degraded', bridge: 'unavailable' }]],
    ] as const) {
      await using app = await startApp(
        createScriptedBackend({ state: { status, reason: null, proxy: 'used' } }).backend,
        {
          instanceId: 'instance-1',
          version: '1.2.3',
        },
      );
      const response = await fetch(`${app.url}/health`);
      expect([response.status, await response.json()]).toEqual([
        expected[0],
        { ...expected[1], version: '1.2.3', instance: 'instance-1', proxy: 'used' },
      ]);
    }
  });

  test('models are listed and found by id and alias', async () => {
    await using app = await startApp(createScriptedBackend({ models }).backend);
    const list = await (await app.fetch('/v1/models')).json();
    expect(list).toMatchObject({
      object: 'list',
      data: [
        {
          id: 'composer-2.5',
          object: 'model',
          owned_by: 'cursor',
          cursor_parameters: [{ id: 'fast', values: ['true'] }],
        },
        { id: 'claude-opus-4.5' },
      ],
    });
    expect(findSchemaErrors('ListModelsResponse', list)).toEqual([]);
    const model = await (await app.fetch('/v1/models/opus')).json();
    expect(model).toMatchObject({ id: 'claude-opus-4.5' });
    expect(findSchemaErrors('Model', model)).toEqual([]);
  });

  test('the default model stands alone when the list fails', async () => {
    const failure = new GatewayError('upstream_error', 'Down.');
    await using app = await startApp(createScriptedBackend({ models: failure, steps }).backend);
    expect(await (await app.fetch('/v1/models')).json()).toMatchObject({
      data: [{ id: 'composer-2.5', object: 'model' }],
    });
    expect((await app.fetch(chat, post({ ...hello, model: 'made-up' }))).status).toBe(200);
  });

  test.each([
    [undefined, 'composer-2.5'],
    [null, 'composer-2.5'],
    ['auto', 'composer-2.5'],
    ['opus', 'claude-opus-4.5'],
    ['claude-opus-4.5', 'claude-opus-4.5'],
  ])('the model %s runs as %s', async (model, expected) => {
    const { backend, requests } = createScriptedBackend({ models, steps });
    await using app = await startApp(backend);
    const answer = await (await app.fetch(chat, post({ ...hello, model }))).json();
    expect(answer).toMatchObject({ model: expected, choices: [{ message: { content: 'Hello there!' } }] });
    expect(requests.map((request) => request.model.id)).toEqual([expected]);
  });

  test('fields without effect are named', async () => {
    await using app = await startApp(createScriptedBackend({ models, steps }).backend);
    const response = await app.fetch(chat, post({ ...hello, temperature: 0, top_p: 1, 'bad\nname': 1 }));
    expect(response.headers.get('x-portside-ignored')).toBe('temperature, top_p');
    expect((await app.fetch(chat, post(hello))).headers.get('x-portside-ignored')).toBeNull();
  });

  test('a compressed body is read', async () => {
    await using app = await startApp(createScriptedBackend({ models, steps }).backend);
    const body = gzipSync(JSON.stringify(hello));
    expect((await app.fetch(chat, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } })).status).toBe(200);
  });

  test.each(['my-trace-abc-123', ' spaced out ', undefined])(
    'the request id %s comes back on every answer',
    async (id) => {
      await using app = await startApp(createScriptedBackend({ models, steps }).backend);
      for (const path of ['/health', '/v1/models', '/nowhere']) {
        const response = await app.fetch(path, { headers: id === undefined ? {} : { 'X-Request-ID': id } });
        expect(response.headers.get('x-request-id')).toMatch(
          id === undefined ? /^[\da-f]{8}-[\da-f-]{27}$/ : id.trim(),
        );
      }
    },
  );
});

describe('refusals', () => {
  const bearer = (token: string) => ({ Authorization: token });
  test.each<{
    name: string;
    path?: string;
    init?: AppRequest;
    status: number;
    error: object;
    headers?: Record<string, string>;
  }>([
    {
      name: 'no token',
      init: { headers: bearer('') },
      status: 401,
      error: { type: 'authentication_error', code: 'invalid_api_key' },
    },
    {
      name: 'a wrong token',
      init: { headers: bearer('Bearer nope') },
      status: 401,
      error: { type: 'authentication_error' },
    },
    {
      name: 'another scheme',
      init: { headers: bearer('Basic cG9ydHNpZGU=') },
      status: 401,
      error: { type: 'authentication_error' },
    },
    {
      name: 'an unknown path without a token',
      path: '/v2',
      init: { headers: bearer('') },
      status: 401,
      error: { type: 'authentication_error' },
    },
    {
      name: 'a foreign origin',
      init: { headers: { Origin: 'https://evil.example' } },
      status: 403,
      error: { type: 'permission_error' },
    },
    {
      name: 'an opaque origin',
      init: { headers: { Origin: 'null' } },
      status: 403,
      error: { type: 'permission_error' },
    },
    {
      name: 'an unknown path',
      path: '/v1/nowhere',
      status: 404,
      error: { type: 'invalid_request_error', code: null, param: null },
    },
    {
      name: 'a broken escape in the path',
      path: '/v1/models/%E0%A4%A',
      status: 400,
      error: { type: 'invalid_request_error' },
    },
    {
      name: 'an unknown model in the path',
      path: '/v1/models/composer-2',
      status: 404,
      error: { code: 'model_not_found', param: 'model', message: expect.stringContaining('composer-2.5') },
    },
    {
      name: 'GET for POST',
      path: '/v1/conversations',
      status: 405,
      error: { type: 'invalid_request_error' },
      headers: { allow: 'POST' },
    },
    {
      name: 'GET where only a WebSocket is',
      path: '/v1/responses',
      status: 426,
      error: { type: 'invalid_request_error' },
      headers: { upgrade: 'websocket' },
    },
    {
      name: 'DELETE for GET',
      init: { method: 'DELETE' },
      status: 405,
      error: { type: 'invalid_request_error' },
      headers: { allow: 'GET, HEAD' },
    },
    {
      name: 'POST on health',
      path: '/health',
      init: { method: 'POST' },
      status: 405,
      error: {},
      headers: { allow: 'GET, HEAD' },
    },
    { name: 'not JSON', path: chat, init: post('{"a":'), status: 400, error: { type: 'invalid_request_error' } },
    {
      name: 'an empty body',
      path: chat,
      init: { method: 'POST' },
      status: 400,
      error: { type: 'invalid_request_error' },
    },
    {
      name: 'a form',
      path: chat,
      init: post('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' }),
      status: 415,
      error: { type: 'invalid_request_error' },
    },
    {
      name: 'an unknown encoding',
      path: chat,
      init: post(hello, { 'Content-Encoding': 'x-made-up' }),
      status: 415,
      error: { type: 'invalid_request_error' },
    },
    {
      name: 'damaged compression',
      path: chat,
      init: post(hello, { 'Content-Encoding': 'gzip' }),
      status: 400,
      error: { type: 'invalid_request_error' },
    },
    {
      name: 'a body over 20 MB',
      path: chat,
      init: post(`"${'x'.repeat(21 * 1024 * 1024)}"`),
      status: 413,
      error: { type: 'invalid_request_error' },
    },
    {
      name: 'a malformed request',
      path: chat,
      init: post({}),
      status: 422,
      error: { type: 'invalid_request_error', param: 'messages' },
    },
    {
      name: 'an unsupported value',
      path: chat,
      init: post({ ...hello, n: 9 }),
      status: 400,
      error: { param: 'n', code: 'unsupported_value' },
    },
    {
      name: 'an unknown model',
      path: chat,
      init: post({ ...hello, model: 'claude-opus-4-5' }),
      status: 404,
      error: { code: 'model_not_found', param: 'model', message: expect.stringContaining('claude-opus-4.5') },
    },
  ])('$name: $status', async ({ path = '/v1/models', init = {}, status, error, headers = {} }) => {
    const { backend, requests } = createScriptedBackend({ models, steps });
    await using app = await startApp(backend);
    const response = await app.fetch(path, init);
    const body = (await response.json()) as { error: object };
    expect({ status: response.status, body }).toMatchObject({ status, body: { error } });
    expect(Object.keys(body.error).toSorted()).toEqual(['code', 'message', 'param', 'type']);
    expect(response.headers.get('x-request-id')).toBeTruthy();
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
    expect(requests).toEqual([]);
  });

  test.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['192.168.1.5:8765', 403],
    ['localhost', 200],
    ['LOCALHOST:1', 200],
    ['127.0.0.1:8765', 200],
    ['[::1]:8765', 200],
  ])('the Host "%s" gets %i', async (host, status) => {
    await using app = await startApp(createScriptedBackend({ models }).backend);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      rawRequest(`${app.url}/health`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(status);
  });

  test('addresses are let in where other machines are served', async () => {
    await using app = await startApp(createScriptedBackend({ models }).backend, {
      network: { allowedHosts: () => ['box.lan'], allowsAddresses: true },
    });
    const get = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        rawRequest(`${app.url}/health`, { headers: { host } }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await Promise.all(['192.168.1.5:8765', 'box.lan:8765', '[fe80::1]', 'evil.example'].map(get))).toEqual([
      200, 200, 200, 403,
    ]);
  });

  test('what is not HTTP gets an answer in the same form', async () => {
    await using app = await startApp(createScriptedBackend({ models }).backend);
    const socket = connect(app.port, '127.0.0.1');
    socket.write('HELLO\r\n\r\n');
    const answer = await readText(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/X-Request-ID: [\da-f-]{36}/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      error: { type: 'invalid_request_error', code: null },
    });
  });

  test.each<[name: string, request: string, status: number]>([
    ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
    [
      'an unknown expectation',
      'GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      200,
    ],
    ['headers that are too large', `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is answered in the form of all answers', async (_name, request, status) => {
    await using app = await startApp(createScriptedBackend({ models }).backend);
    const socket = connect(app.port, '127.0.0.1');
    socket.write(request);
    const answer = await readText(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/X-Request-ID: [\da-f-]{36}/);
    expect(answer).toContain(status === 200 ? '"status":"ok"' : '"type":"');
  });

  test('a defect stays in the log', async () => {
    const { backend } = createScriptedBackend({ models, steps: [new Error('secret detail')] });
    await using app = await startApp(backend);
    const response = await app.fetch(chat, post(hello));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
    expect(app.logger.lines.join('\n')).toContain('secret detail');
  });
});
