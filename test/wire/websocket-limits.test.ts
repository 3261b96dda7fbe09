import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Client } from '../../src/core/client.ts';
import { GatewayError } from '../../src/core/gateway-error.ts';
import { createActivityLog } from '../../src/engine/activity/create-activity-log.ts';
import type { RequestCredentials } from '../../src/server/authentication/read-credentials.ts';
import { runs } from '../fixtures/runs.ts';
import { openRawConnection } from '../support/raw-connection.ts';
import type { RunStep } from '../support/scripted-backend.ts';
import type { SocketFrame } from '../support/socket-client.ts';
import { SOCKET_CLIENT, startResponseSockets } from '../support/start-response-sockets.ts';

const TEXT = runs['text'] ?? [];
const OPEN = TEXT.slice(0, 3);
const REST = TEXT.slice(3);
const never = new Promise<never>(() => {});

const isError = ({ type }: SocketFrame): boolean => type === 'error';
const isCompleted = ({ type }: SocketFrame): boolean => type === 'response.completed';
const isCreated = ({ type }: SocketFrame): boolean => type === 'response.created';

const toUpgrade = (...headers: readonly string[]): string =>
  [
    'GET /v1/responses HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '',
    '',
  ].join('\r\n');

/** An authenticator whose answers the test sets; counts how often it is asked. */
const createSwitch = () => {
  const revocation = new AbortController();
  const asked: RequestCredentials[] = [];
  const state: { refusal: GatewayError | null } = { refusal: null };
  const client: Client = { ...SOCKET_CLIENT, revocation: revocation.signal };
  return {
    asked,
    revoke: () => {
      state.refusal = new GatewayError('client_token_invalid', 'The access token is wrong.');
      revocation.abort(new GatewayError('client_token_invalid', 'The access token was revoked.'));
    },
    set: (refusal: GatewayError | null) => {
      state.refusal = refusal;
    },
    authenticator: {
      authenticate: async (credentials: RequestCredentials) => {
        asked.push(credentials);
        if (state.refusal !== null) throw state.refusal;
        return client;
      },
    },
  };
};

test('a frame over the limit of bodies ends the connection before it is read, and cancels its turns', async () => {
  const server = await startResponseSockets(() => [...OPEN, never], { maxBodyMegabytes: 1 });
  using client = await openRawConnection(server.port, toUpgrade());
  await client.waitFor(/101 Switching Protocols/);
  const body = Buffer.from(JSON.stringify({ type: 'response.create', input: 'hello' }));
  // Frames of clients are masked; a mask of zeros changes nothing.
  client.socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]));
  await client.waitFor(/response\.created/);
  const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  client.socket.write(head);
  // Status code 1009, RFC 6455 §7.4.1.
  await client.closed;
  expect(client.received()).toContain('\u0003\u00f1');
  await expect.poll(() => server.begun[0]?.outcome, { interval: 5 }).toBe('cancelled');
});

test('a frame as large as the limit of bodies is taken', async () => {
  const server = await startResponseSockets(() => TEXT, { maxBodyMegabytes: 1 });
  const client = await server.connect();
  const frame = { type: 'response.create', input: 'hello', padding: '' };
  client.send({ ...frame, padding: 'x'.repeat(1024 * 1024 - JSON.stringify(frame).length) });
  await client.until(isCompleted);
  client.send({ ...frame, padding: 'x'.repeat(1024 * 1024 - JSON.stringify(frame).length + 1) });
  expect(await client.closed).toMatchObject({ code: 1009 });
});

test('whoever gives no sign of life until the next ping is cut off; whoever answers pings stays', async () => {
  const server = await startResponseSockets(() => [...OPEN, never], { limits: { pingMs: 50 } });
  const honest = await server.connect();
  let pings = 0;
  honest.socket.on('ping', () => {
    pings += 1;
  });
  using dead = await openRawConnection(server.port, toUpgrade());
  await dead.closed;
  expect(dead.received()).toContain('101 Switching Protocols');
  await expect.poll(() => pings, { interval: 5 }).toBeGreaterThan(3);
  honest.create('hello');
  await honest.until(isCreated);
  expect(honest.socket.readyState).toBe(WebSocket.OPEN);
});

test('a connection that is idle when its time is over is told so and closed', async () => {
  const server = await startResponseSockets(() => TEXT, { limits: { lifetimeMs: 50 } });
  const client = await server.connect();
  expect(await client.closed).toMatchObject({ code: 1000 });
  expect(client.frames).toMatchObject([
    {
      type: 'error',
      status: 400,
      error: { code: 'websocket_connection_limit_reached', type: 'invalid_request_error' },
    },
  ]);
});

test('a connection whose time is over finishes what it has, waiting requests too, and takes nothing more', async () => {
  const released = Promise.withResolvers<void>();
  const server = await startResponseSockets(() => [...OPEN, released.promise, ...REST], {
    limits: { lifetimeMs: 100 },
  });
  const client = await server.connect();
  client.create('1');
  client.create('2');
  await client.until(isCreated);
  // Refused from some moment on, whenever that is.
  const asking = setInterval(() => client.create('late', { stream_id: 'a' }), 20);
  await client.until(isError);
  clearInterval(asking);
  expect(client.frames.find(isError)).toMatchObject({
    stream_id: 'a',
    error: { code: 'websocket_connection_limit_reached' },
  });
  expect(client.frames.some(isCompleted)).toBe(false);
  released.resolve();
  expect(await client.closed).toMatchObject({ code: 1000 });
  expect(
    client.frames.filter(({ type, stream_id: streamId }) => isCompleted({ type }) && streamId === undefined),
  ).toHaveLength(2);
  expect(client.frames.at(-1)).toMatchObject({ type: 'error', error: { code: 'websocket_connection_limit_reached' } });
  expect('stream_id' in (client.frames.at(-1) ?? {})).toBe(false);
});

test('every request is judged anew by the credentials of the upgrade, and a limit of its token is told', async () => {
  const { authenticator, asked, set } = createSwitch();
  const server = await startResponseSockets(() => TEXT, { authenticator });
  const client = await server.connect({ Authorization: 'Bearer mine', 'X-Portside-Account': 'work' });
  client.create('1');
  await client.until(isCompleted);
  set(new GatewayError('token_rate_limited', 'Try again in 5 s.', { retryAfterSeconds: 5 }));
  client.create('2');
  expect(await client.until(isError)).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } });
  set(null);
  client.create('3');
  await client.untilCount(2, isCompleted);
  expect(server.begun.map(({ input }) => input)).toEqual(['1', '3']);
  expect(asked).toHaveLength(4);
  for (const credentials of asked) expect(credentials).toMatchObject({ authorization: 'Bearer mine', account: 'work' });
});

test('an idle connection whose token is revoked is closed', async () => {
  const { authenticator, revoke } = createSwitch();
  const server = await startResponseSockets(() => TEXT, { authenticator });
  const client = await server.connect();
  revoke();
  expect(await client.closed).toMatchObject({ code: 1008 });
  expect(client.frames).toEqual([]);
});

test('a connection whose token is revoked refuses requests, and is closed once its turns have ended', async () => {
  const { authenticator, revoke } = createSwitch();
  const released = Promise.withResolvers<void>();
  const server = await startResponseSockets(() => [...OPEN, released.promise, ...REST], { authenticator });
  const client = await server.connect();
  client.create('1');
  await client.until(isCreated);
  revoke();
  client.create('2', { stream_id: 'a' });
  expect(await client.until(isError)).toMatchObject({
    status: 401,
    stream_id: 'a',
    error: { code: 'invalid_api_key' },
  });
  released.resolve();
  expect(await client.closed).toMatchObject({ code: 1008 });
  expect(client.frames.at(-1)).toMatchObject({ type: 'response.completed' });
  expect(server.begun).toHaveLength(1);
});

test('a token that is refused without a word of its revocation ends the connection too, with an error frame', async () => {
  const { authenticator, set } = createSwitch();
  const server = await startResponseSockets(() => TEXT, { authenticator });
  const client = await server.connect();
  set(new GatewayError('client_token_invalid', 'The access token "mine" has expired.'));
  client.create('1');
  expect(await client.closed).toMatchObject({ code: 1008 });
  expect(client.frames).toMatchObject([{ type: 'error', status: 401, error: { code: 'invalid_api_key' } }]);
});

test('only so many WebSockets are open at once; one that is closed makes room', async () => {
  const server = await startResponseSockets(() => TEXT, { limits: { maxSockets: 2 } });
  const [first] = [await server.connect(), await server.connect()];
  using refused = await openRawConnection(server.port, toUpgrade());
  await refused.closed;
  expect(refused.received()).toMatch(/^HTTP\/1\.1 429 /);
  expect(refused.received()).toMatch(/2 WebSockets are open already/);
  first?.socket.close();
  await first?.closed;
  await expect
    .poll(async () => {
      using next = await openRawConnection(server.port, toUpgrade());
      await next.waitFor(/HTTP\/1\.1 \d+/);
      return next.received().slice(9, 12);
    })
    .toBe('101');
});

test.each<[name: string, headers: readonly string[], answer: RegExp]>([
  ['another version', ['Sec-WebSocket-Version: 12'], /^HTTP\/1\.1 426 .*Sec-WebSocket-Version: 13.*Use version 13/s],
  ['a broken key', ['Sec-WebSocket-Key: x'], /^HTTP\/1\.1 400 .*Sec-WebSocket-Key/s],
  ['a session id that can be none', ['X-Cursor-Session-ID: a b'], /^HTTP\/1\.1 400 .*X-Cursor-Session-ID/s],
])('a request for a WebSocket with %s is refused in the form of all errors', async (_name, headers, answer) => {
  const server = await startResponseSockets(() => TEXT);
  const names = headers.map((header) => header.split(':')[0] ?? '');
  const usual = toUpgrade()
    .split('\r\n')
    .filter((line) => !names.some((name) => line.startsWith(name)));
  usual.splice(-2, 0, ...headers);
  using client = await openRawConnection(server.port, usual.join('\r\n'));
  await client.closed;
  expect(client.received()).toMatch(answer);
  expect(client.received()).toContain('invalid_request_error');
});

test('when the server stops, idle connections are closed at once, others after what is under way', async () => {
  const released = Promise.withResolvers<void>();
  const server = await startResponseSockets(() => [...OPEN, released.promise, ...REST]);
  const [idle, busy] = [await server.connect(), await server.connect()];
  busy.create('1');
  busy.create('2');
  await busy.until(isCreated);
  server.sockets.close();
  expect(await idle.closed).toMatchObject({ code: 1001 });
  busy.create('3', { stream_id: 'a' });
  released.resolve();
  expect(await busy.closed).toMatchObject({ code: 1001 });
  expect(busy.frames.at(-1)).toMatchObject({ type: 'response.completed' });
  expect(server.begun.map(({ input }) => input)).toEqual(['1']);
  using late = await openRawConnection(server.port, toUpgrade());
  await late.closed;
  expect(late.received()).toMatch(/^HTTP\/1\.1 502 |^HTTP\/1\.1 503 /);
});

test('what does not end when the server stops is cancelled, also for a client that does not say goodbye', async () => {
  const server = await startResponseSockets(() => [...OPEN, never], { limits: { stopMs: 20, closeMs: 20 } });
  const client = await server.connect();
  client.create('1');
  await client.until(isCreated);
  using silent = await openRawConnection(server.port, toUpgrade());
  await silent.waitFor(/101 Switching/);
  server.sockets.close();
  expect(await client.closed).toMatchObject({ code: 1001 });
  await silent.closed;
  await expect.poll(() => server.begun[0]?.outcome, { interval: 5 }).toBe('cancelled');
});

const createLog = (isCapturing: boolean) => {
  const today = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const log = createActivityLog({ counter: { add: () => {}, readDay: () => today, close: () => {} } });
  log.setCapturing(isCapturing);
  return log;
};

test.each<[name: string, steps: readonly RunStep[] | GatewayError, detail: object]>([
  ['that succeeds', TEXT, { outcome: 'succeeded', status: 200, errorCode: null, tokenName: 'test' }],
  [
    'that fails before it begins',
    new GatewayError('model_not_found', 'There is no such model.', { param: 'model' }),
    { outcome: 'failed', status: 404, errorCode: 'model_not_found', errorMessage: 'There is no such model.' },
  ],
  [
    'that a defect breaks off',
    [...OPEN, new Error('secret detail')],
    { outcome: 'failed', status: 200, errorCode: 'internal_error' },
  ],
])('a request %s is written down as one of its own', async (_name, steps, detail) => {
  const log = createLog(true);
  const server = await startResponseSockets(() => steps, { activity: log });
  const client = await server.connect({ 'User-Agent': 'OpenAI/JS 7.57.0', Authorization: 'Bearer secret-token' });
  expect(log.list()).toEqual([]);
  client.create('hello');
  await expect.poll(() => log.list()[0]?.outcome ?? 'running', { interval: 5 }).not.toBe('running');
  const written = log.find(log.list()[0]?.id ?? 0);
  expect(written).toMatchObject({
    method: 'WS',
    path: '/v1/responses',
    protocol: 'openai-responses',
    client: 'OpenAI/JS 7.57.0',
    ...detail,
    capture: { requestBody: '{"type":"response.create","input":"hello"}', responseBody: expect.stringContaining('"') },
  });
  expect(JSON.stringify(written)).not.toContain('secret-token');
  expect(log.list()).toHaveLength(1);
});

test('a request whose socket closes is written down as cancelled, and one that is refused as failed', async () => {
  const log = createLog(false);
  const { authenticator, set } = createSwitch();
  const server = await startResponseSockets(() => [...OPEN, never], { activity: log, authenticator });
  const client = await server.connect();
  client.create('1');
  await client.until(isCreated);
  set(new GatewayError('client_token_invalid', 'The access token is wrong.'));
  client.create('2', { stream_id: 'a' });
  await client.until(isError);
  client.socket.terminate();
  await expect
    .poll(() => log.list().map(({ outcome, status, tokenName }) => [outcome, status, tokenName]), { interval: 5 })
    .toEqual([
      ['cancelled', 200, 'test'],
      ['failed', 401, null],
    ]);
});
