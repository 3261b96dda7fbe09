import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { RunEvent } from '../../src/core/run-event.ts';
import { runs } from '../fixtures/runs.ts';
import { findResponseEventErrors } from '../support/openai-schema.ts';
import type { RunStep } from '../support/scripted-backend.ts';
import type { SocketFrame } from '../support/socket-client.ts';
import { startResponseSockets } from '../support/start-response-sockets.ts';

const TEXT = runs['text'] ?? [];
const START: RunEvent = { type: 'run-start', runId: 'r', agentId: 'a' };
const OPEN: readonly RunStep[] = [
  START,
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', text: 'Half' },
];
const END = TEXT.slice(-1);
const never = new Promise<never>(() => {});

const isError = ({ type }: SocketFrame): boolean => type === 'error';
const isCompleted = ({ type }: SocketFrame): boolean => type === 'response.completed';
const isCreated = ({ type }: SocketFrame): boolean => type === 'response.created';

/** Runs that go on when the test lets them. */
const createGates = () => {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const find = (name: string): PromiseWithResolvers<void> => {
    const gate = gates.get(name) ?? Promise.withResolvers<void>();
    gates.set(name, gate);
    return gate;
  };
  return {
    script: (input: string): readonly RunStep[] => [
      ...OPEN,
      find(input).promise,
      { type: 'text-end', id: 't' },
      ...END,
    ],
    open: (name: string) => find(name).resolve(),
  };
};

test('a response comes as frames that are valid events, without a stream_id where none was given', async () => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect();
  client.create('hello', { model: 'composer-2.5' });
  await client.until(isCompleted);
  expect(client.frames.map(({ type }) => type)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  expect(client.frames.map((frame) => frame.sequence_number)).toEqual(client.frames.map((_frame, index) => index));
  expect(client.frames.flatMap((frame) => findResponseEventErrors(frame))).toEqual([]);
});

test('a turn gets the frame as the body of a streamed request, and what the upgrade said', async () => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect({ 'X-Cursor-Session-ID': 's1', 'X-Session-Affinity': 'mine' });
  client.create('hello', { stream_id: 'a.b-c_1', stream: false, background: true, generate: false, store: false });
  client.create('again');
  await client.untilCount(2, isCompleted);
  const [first, second] = server.begun.map(({ request }) => request);
  expect(first).toMatchObject({ sessionId: 's1', affinity: 'mine', trace: null, client: { owner: 'test-owner' } });
  expect(first?.body).toEqual({ input: 'hello', stream: true, generate: false, store: false });
  expect(second?.body).toEqual({ input: 'again', stream: true });
  expect(first?.requestId).toMatch(/^[\da-f-]{36}$/);
  expect(second?.requestId).not.toBe(first?.requestId);
  // What one turn says, the next one of the same connection may go on from.
  expect(first?.recent).not.toBeNull();
  expect(second?.recent).toBe(first?.recent);
  expect(client.frames.filter(isCreated).map(({ stream_id: streamId }) => streamId)).toEqual(['a.b-c_1', undefined]);
});

test('connections remember nothing of one another, and nothing when they are over', async () => {
  const server = await startResponseSockets(() => TEXT);
  const [one, other] = [await server.connect(), await server.connect()];
  one.create('hello');
  other.create('hello');
  await Promise.all([one.until(isCompleted), other.until(isCompleted)]);
  const [first, second] = server.begun.map(({ request }) => request.recent);
  expect(first).not.toBe(second);
  first?.add('resp_1', { previous: null, input: [], output: [], storedId: null });
  expect(second?.find('resp_1')).toBeNull();
  one.socket.close();
  await expect.poll(() => first?.find('resp_1'), { interval: 5 }).toBeNull();
});

test('requests of one lane come one after another, those of different lanes at the same time', async () => {
  const gates = createGates();
  const server = await startResponseSockets(gates.script);
  const client = await server.connect();
  for (const input of ['1', '2', '3']) client.create(input);
  for (const input of ['a1', 'a2']) client.create(input, { stream_id: 'a' });
  client.create('b1', { stream_id: 'b' });
  await client.untilCount(3, isCreated);
  const begun = (): string[] => server.begun.map(({ input }) => input);
  expect(begun()).toEqual(['1', 'a1', 'b1']);
  gates.open('a1');
  await client.untilCount(4, isCreated);
  expect(begun()).toEqual(['1', 'a1', 'b1', 'a2']);
  for (const name of ['1', '2', '3', 'a2', 'b1']) gates.open(name);
  await client.untilCount(6, isCompleted);
  expect(begun().slice(4)).toEqual(['2', '3']);
  for (const streamId of ['a', 'b', undefined]) {
    const own = client.frames.filter((frame) => frame.stream_id === streamId);
    // The frames of two responses of a lane never mix.
    const numbers = own.map((frame) => frame.sequence_number);
    const length = numbers.lastIndexOf(0) === 0 ? numbers.length : numbers.indexOf(0, 1);
    expect(numbers).toEqual(numbers.map((_number, index) => index % length));
  }
});

test('only so many responses are made at once; the oldest that may start is the next', async () => {
  const gates = createGates();
  const server = await startResponseSockets(gates.script);
  const client = await server.connect();
  const names = Array.from({ length: 20 }, (_value, index) => `s${index}`);
  for (const name of names) client.create(name, { stream_id: name });
  await client.untilCount(16, isCreated);
  expect(server.begun.map(({ input }) => input)).toEqual(names.slice(0, 16));
  gates.open('s7');
  await client.untilCount(17, isCreated);
  expect(server.begun.at(-1)?.input).toBe('s16');
  for (const name of names) gates.open(name);
  await client.untilCount(20, isCompleted);
});

test('a connection has 32 names of streams; known ones and none go on', async () => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect();
  for (let index = 0; index <= 32; index += 1) client.create('x', { stream_id: `s${index}` });
  const [error] = await client.untilCount(1, isError);
  expect(error).toMatchObject({
    status: 400,
    stream_id: 's32',
    error: { code: 'websocket_stream_limit_reached', param: 'stream_id', type: 'invalid_request_error' },
  });
  client.create('x', { stream_id: 's0' });
  client.create('x');
  await client.untilCount(34, isCompleted);
  expect(client.frames.filter(isError)).toHaveLength(1);
});

test.each<[name: string, limits: object, sizes: readonly number[], refused: readonly number[]]>([
  ['in number', { maxWaiting: 2 }, [1, 1, 1, 1, 1], [3, 4]],
  ['in bytes', { maxWaitingBytes: 1200 }, [1, 400, 400, 400, 100], [3]],
  ['in bytes, but for a single one', { maxWaitingBytes: 1000 }, [1, 5000, 1], [2]],
])('what waits on one connection is bounded %s', async (_name, limits, sizes, refused) => {
  const gates = createGates();
  const server = await startResponseSockets(gates.script, { limits });
  const client = await server.connect();
  for (const [index, size] of sizes.entries()) client.create(`${index}`, { metadata: { padding: 'x'.repeat(size) } });
  await client.untilCount(refused.length, isError);
  for (const index of sizes.keys()) gates.open(`${index}`);
  await client.untilCount(sizes.length - refused.length, isCompleted);
  expect(client.frames.filter(isError).map(({ status, error }) => [status, error?.code])).toEqual(
    refused.map(() => [429, 'rate_limit_exceeded']),
  );
  expect(server.begun.map(({ input }) => Number(input))).toEqual(
    [...sizes.keys()].filter((index) => !refused.includes(index)),
  );
});

test.each<[name: string, frame: object | string, error: object]>([
  ['no JSON', '{', { status: 400, error: { code: 'invalid_json', type: 'invalid_request_error', param: null } }],
  ['no object', '[]', { status: 400, error: { code: null, message: expect.stringContaining('JSON object') } }],
  ['null', 'null', { status: 400, error: { code: null } }],
  ['no type', {}, { status: 400, error: { code: 'unsupported_value', param: 'type' } }],
  [
    'an unknown type, with a stream_id',
    { type: 'response.cancel', stream_id: 'a' },
    {
      status: 400,
      stream_id: 'a',
      error: { code: 'unsupported_value', message: expect.stringContaining('response.cancel') },
    },
  ],
  ...['', 'a b', 'ä', 'x'.repeat(257), 1, {}].map((streamId): [string, object, object] => [
    `the stream_id ${JSON.stringify(streamId).slice(0, 20)}`,
    { type: 'response.create', input: 'hello', stream_id: streamId },
    { status: 400, error: { code: 'invalid_stream_id', param: 'stream_id' } },
  ]),
  [
    'input to steer with that is nested too deep',
    `{"type":"response.steer","previous_response_id":"r","input":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    { status: 400, error: { param: 'input' } },
  ],
])('a frame with %s is answered by an error frame, and the connection goes on', async (_name, frame, error) => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect();
  client.send(frame);
  const received = await client.until(isError);
  expect(received).toMatchObject(error);
  expect('stream_id' in (received ?? {})).toBe('stream_id' in error);
  expect(Object.keys(received?.error ?? {}).toSorted()).toEqual(['code', 'message', 'param', 'type']);
  client.create('hello', { stream_id: 'x'.repeat(256) });
  await client.until(isCompleted);
});

test('a binary frame is answered by an error frame, and the connection goes on', async () => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect();
  client.socket.send(Buffer.from('{"type":"response.create","input":"hello"}'));
  expect(await client.until(isError)).toMatchObject({
    status: 400,
    error: { message: expect.stringContaining('binary') },
  });
  client.create('hello', { stream_id: null });
  await client.until(isCompleted);
  expect(server.begun).toHaveLength(1);
});

test.each<[name: string, answer: readonly RunStep[] | GatewayError, last: object]>([
  [
    'before it has begun',
    new GatewayError('previous_response_not_found', 'It is not there.', { param: 'previous_response_id' }),
    { type: 'error', status: 400, stream_id: 'a', error: { code: 'previous_response_not_found' } },
  ],
  [
    'before any output',
    runs['error before any output'] ?? [],
    { type: 'error', status: 429, stream_id: 'a', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } },
  ],
  [
    'by a defect before any output',
    [START, new Error('secret detail')],
    { type: 'error', status: 500, stream_id: 'a', error: { type: 'server_error' } },
  ],
  [
    'after some output',
    runs['error after some output'] ?? [],
    { type: 'response.failed', stream_id: 'a', response: { status: 'failed' } },
  ],
  [
    'by a defect after some output',
    [...OPEN, new Error('secret detail')],
    { type: 'response.failed', stream_id: 'a', response: { error: { code: 'server_error' } } },
  ],
])('a turn that fails %s says so, and the connection goes on', async (_name, answer, last) => {
  const server = await startResponseSockets((input) => (input === 'fail' ? answer : TEXT));
  const client = await server.connect();
  client.create('fail', { stream_id: 'a' });
  client.create('hello', { stream_id: 'a' });
  await client.until(isCompleted);
  const begins = client.frames.map(({ type }) => type).lastIndexOf('response.created');
  expect(client.frames[begins - 1]).toMatchObject(last);
  expect(JSON.stringify(client.frames)).not.toContain('secret detail');
  if (answer instanceof GatewayError || !answer.some((step) => step instanceof Error)) return;
  expect(server.logger.lines.join('\n')).toContain('secret detail');
});

test('a slow turn is kept alive by data events, which are counted', async () => {
  const released = Promise.withResolvers<void>();
  const server = await startResponseSockets(() => [released.promise, ...TEXT], {
    timing: { quietMs: 10, heartbeatMs: 5 },
  });
  const client = await server.connect();
  client.create('hello', { stream_id: 'a' });
  await client.untilCount(3, ({ type }) => type === 'keepalive');
  released.resolve();
  await client.until(isCompleted);
  expect(client.frames.slice(0, 4)).toMatchObject([
    { type: 'response.created' },
    { type: 'response.in_progress' },
    { type: 'keepalive', sequence_number: 2, stream_id: 'a' },
    { type: 'keepalive', sequence_number: 3, stream_id: 'a' },
  ]);
  expect(client.frames.map((frame) => frame.sequence_number)).toEqual(client.frames.map((_frame, index) => index));
});

test('steering is refused with what was sent', async () => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect();
  const input = [{ type: 'message', role: 'user', content: 'Stop.' }];
  client.send({ type: 'response.steer', previous_response_id: 'resp_1', input });
  expect(await client.until(({ type }) => type === 'response.steer.failed')).toEqual({
    type: 'response.steer.failed',
    sequence_number: 0,
    steer: { previous_response_id: 'resp_1', input },
    error: { type: 'invalid_request_error', code: 'steering_not_supported', message: expect.any(String) },
  });
});

test.each<[name: string, hangUp: (socket: { close(): void; terminate(): void }) => void]>([
  ['is closed', (socket) => socket.close()],
  ['is cut', (socket) => socket.terminate()],
])('every turn of a connection that %s is cancelled, and none that waits is begun', async (_name, hangUp) => {
  const server = await startResponseSockets(() => [...OPEN, never]);
  const client = await server.connect();
  client.create('1');
  client.create('2');
  client.create('a', { stream_id: 'a' });
  await client.untilCount(2, isCreated);
  hangUp(client.socket);
  await client.closed;
  await expect
    .poll(() => server.begun.map(({ outcome }) => outcome), { interval: 5 })
    .toEqual(['cancelled', 'cancelled']);
  await expect.poll(() => server.logger.lines.filter((line) => line.includes('hung up')).length).toBe(2);
  expect(server.begun.map(({ input }) => input)).toEqual(['1', 'a']);
});

test('permessage-deflate is declined, and the 101 answer has an id', async () => {
  const server = await startResponseSockets(() => TEXT);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/responses`, { perMessageDeflate: true });
  const [[response]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'open')]);
  expect(socket.extensions).toBe('');
  expect(response.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  socket.terminate();
});

test('a response of many frames is held back by a reader that takes nothing, and goes on when it does', async () => {
  const piece = 'x'.repeat(65_536);
  const server = await startResponseSockets(() => [
    ...OPEN,
    ...Array.from({ length: 400 }, (): RunEvent => ({ type: 'text-delta', id: 't', text: piece })),
    { type: 'text-end', id: 't' },
    ...END,
  ]);
  const client = await server.connect();
  client.create('hello');
  await client.until(isCreated);
  client.socket.pause();
  const steps = await untilStill(() => server.begun[0]?.steps ?? 0);
  expect(steps).toBeLessThan(400);
  client.socket.resume();
  await client.until(isCompleted);
  expect(client.frames.map((frame) => frame.sequence_number)).toEqual(client.frames.map((_frame, index) => index));
});

test('a reader that takes nothing for too long is cut off, and its runs are cancelled', async () => {
  const piece = 'x'.repeat(65_536);
  const server = await startResponseSockets(
    function* () {
      yield* OPEN;
      for (;;) yield { type: 'text-delta', id: 't', text: piece };
    },
    { timing: { slowReaderMs: 100 } },
  );
  const client = await server.connect();
  client.create('hello');
  client.create('other', { stream_id: 'a' });
  await client.untilCount(2, isCreated);
  client.socket.pause();
  await expect
    .poll(() => server.begun.map(({ outcome }) => outcome), { interval: 10, timeout: 10_000 })
    .toEqual(['cancelled', 'cancelled']);
  client.socket.resume();
  expect(await client.closed).toMatchObject({ code: 1006 });
});

test('whoever does not take the answers to its frames is not listened to meanwhile', async () => {
  const server = await startResponseSockets(() => TEXT);
  const client = await server.connect();
  client.socket.pause();
  const input = 'x'.repeat(200_000);
  for (let index = 0; index < 200; index += 1)
    client.send({ type: 'response.steer', previous_response_id: 'r', input });
  expect(await untilStill(() => client.socket.bufferedAmount)).toBeGreaterThan(1_000_000);
  client.socket.resume();
  await client.untilCount(200, ({ type }) => type === 'response.steer.failed');
});

/** A number once it has stopped changing. */
const untilStill = async (read: () => number): Promise<number> => {
  let [last, repeats] = [-1, 0];
  await vi.waitFor(
    () => {
      repeats = read() === last ? repeats + 1 : 0;
      last = read();
      if (repeats < 10) throw new Error(`Still changing: ${last}`);
    },
    { timeout: 10_000, interval: 20 },
  );
  return last;
};
