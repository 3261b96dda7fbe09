import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { collectRun, createTestBackend, startSimulatedCursor, toRunRequest } from '../support/simulated-cursor.ts';
import { openSocketClient } from '../support/socket-client.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { GO, LOOK } from '../support/use-chat.ts';

const NO_TRACE = `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`;

const folder = createTemporaryFolder();
const logFile = folder.join('access.log');
let portside: PortsideProcess;

beforeAll(async () => {
  portside = await startPortside({ args: ['--simulate', '--access-log', logFile] });
});
beforeEach(() => portside.simulator.setScenario([{ text: 'Hello.' }]));
afterAll(async () => {
  await portside[Symbol.asyncDispose]();
  folder.remove();
});

let lastTrace = 0;
/** The headers of a client that is in a trace of its own. */
const startTrace = (more: Readonly<Record<string, string>> = {}) => {
  lastTrace += 1;
  const traceId = lastTrace.toString(16).padStart(32, 'c');
  const parentId = 'd'.repeat(16);
  return { traceId, parentId, headers: { traceparent: `00-${traceId}-${parentId}-01`, ...more } };
};

const readLines = () =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { traceId: string | null; spanId: string | null }]));

/** The lines of a trace, once there are so many. */
const untilLines = async (traceId: string, count: number) => {
  const find = () => readLines().filter((line) => line.traceId === traceId);
  await expect.poll(find, { timeout: 5000, interval: 10 }).toHaveLength(count);
  return find();
};

const traceparents = async () => (await portside.simulator.runs()).map(({ traceparent }) => traceparent);

const ask = async (path: string, body: object, headers: Readonly<Record<string, string>>) => {
  const response = await portside.fetch(path, { method: 'POST', body: JSON.stringify(body), headers });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Hello.')]);
};

describe('a trace goes on to Cursor, with a span of Portside’s own', () => {
  test.each<[path: string, body: object]>([
    ['/v1/chat/completions', GO],
    ['/v1/chat/completions', { ...GO, stream: true }],
    ['/v1/responses', { input: 'Go' }],
    ['/v1/messages', { ...GO, model: 'composer-2.5', max_tokens: 100 }],
    ['/v1/completions', { model: 'composer-2.5', prompt: 'Go' }],
  ])('%s %j', async (path, body) => {
    const { traceId, parentId, headers } = startTrace({ tracestate: 'vendor=1,other@tenant=2' });
    await ask(path, body, headers);
    const run = await portside.simulator.onlyRun();
    expect(run.tracestate).toBe('vendor=1,other@tenant=2');
    const [line] = await untilLines(traceId, 1);
    expect(run.traceparent).toBe(`00-${traceId}-${line?.spanId}-01`);
    expect(line?.spanId).not.toBe(parentId);
    // The two logs go different ways.
    await expect.poll(() => portside.stderr(), { timeout: 5000 }).toContain(`traceId=${traceId}`);
  });

  test('also where an agent goes on that was begun in another', async () => {
    const first = startTrace();
    const second = startTrace();
    await ask('/v1/chat/completions', GO, first.headers);
    const messages = [...GO.messages, { role: 'assistant', content: 'Hello.' }, { role: 'user', content: 'And now?' }];
    await ask('/v1/chat/completions', { messages }, second.headers);
    await ask('/v1/chat/completions', { messages: [...messages, messages[1], messages[2]] }, {});
    const runs = await portside.simulator.runs();
    expect(new Set(runs.map(({ agentId }) => agentId)).size).toBe(1);
    expect(runs.map(({ traceparent }) => traceparent)).toEqual([
      expect.stringContaining(first.traceId),
      expect.stringContaining(second.traceId),
      NO_TRACE,
    ]);
  });
});

test.each([
  ['no trace', {}],
  ['a malformed one', { traceparent: '00-xyz-01', tracestate: 'vendor=1' }],
  ['one of zeros', { traceparent: NO_TRACE }],
])('%s is none for Cursor and for the log', async (_name, headers) => {
  await ask('/v1/chat/completions', GO, { ...headers, 'X-Request-ID': 'without-trace' });
  const run = await portside.simulator.onlyRun();
  expect([run.traceparent, run.tracestate]).toEqual([NO_TRACE, null]);
  const line = () => readLines().findLast((each) => 'requestId' in each && each.requestId === 'without-trace');
  await expect.poll(line, { timeout: 5000 }).toMatchObject({ traceId: null, spanId: null });
});

test('many at once are not mixed up', async () => {
  await portside.simulator.setScenario([{ text: 'Hello.', chunk: 1, everyMs: 10 }]);
  const traces = Array.from({ length: 8 }, () => startTrace());
  await Promise.all(
    traces.map(({ traceId, headers }) =>
      ask('/v1/chat/completions', { messages: [{ role: 'user', content: traceId }] }, headers),
    ),
  );
  for (const { prompt, traceparent } of await portside.simulator.runs()) expect(traceparent).toContain(prompt);
  expect(await traceparents()).toHaveLength(8);
});

test('a run that waits for results stays in the trace that began it, and the request that brings them is logged in its own', async () => {
  await portside.simulator.setScenario([{ call: { tool: 'look', args: {} } }, { text: 'Hello.' }]);
  const first = startTrace();
  const second = startTrace();
  const response = await portside.chat({ ...GO, tools: [LOOK] }, { headers: first.headers });
  const { choices } = (await response.json()) as { choices: { message: { tool_calls: { id: string }[] } }[] };
  const message = choices[0]?.message;
  const result = { role: 'tool', tool_call_id: message?.tool_calls[0]?.id, content: 'seen' };
  await ask('/v1/chat/completions', { messages: [...GO.messages, message, result], tools: [LOOK] }, second.headers);
  const run = await portside.simulator.onlyRun();
  expect(run.traceparent).toContain(first.traceId);
  expect(await untilLines(second.traceId, 1)).toMatchObject([{ conversation: 'resumed-tools' }]);
});

test('each frame of a WebSocket is a span of its own in the trace of the handshake', async () => {
  const { traceId, headers } = startTrace();
  using socket = await openSocketClient(`${portside.url}/v1/responses`, {
    ...headers,
    Authorization: `Bearer ${portside.token}`,
  });
  for (const count of [1, 2]) {
    socket.create(`Frame ${count}`, { model: 'composer-2.5' });
    await socket.untilCount(count, ({ type }) => type === 'response.completed');
  }
  const spans = (await untilLines(traceId, 2)).map(({ spanId }) => spanId);
  expect(new Set(spans).size).toBe(2);
  expect(await traceparents()).toEqual(spans.map((spanId) => `00-${traceId}-${spanId}-01`));
});

test('HTTP/2 to Cursor carries it too', async () => {
  const cursor = await startSimulatedCursor({}, { http2: true });
  const { backend } = createTestBackend({ backendUrl: cursor.url });
  await backend.start();
  const traceContext = { traceId: 'e'.repeat(32), spanId: 'f'.repeat(16), flags: 0, traceState: null };
  await collectRun(backend, toRunRequest('Hello', { traceContext }));
  expect(await cursor.runs()).toMatchObject([{ traceparent: `00-${'e'.repeat(32)}-${'f'.repeat(16)}-00` }]);
});
