import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { RunEvent } from '../../src/core/run-event.ts';
import { createChatStreamEncoder } from '../../src/protocols/openai-chat/encode.ts';
import { sendStream } from '../../src/server/send-stream.ts';
import { runs } from '../fixtures/runs.ts';
import { parseSse } from '../support/parse-sse.ts';
import { createScriptedBackend, toRun, type RunStep } from '../support/scripted-backend.ts';
import { type AppRequest, startApp } from '../support/start-app.ts';

const chat = '/v1/chat/completions';
const post = (signal?: AbortSignal): AppRequest => ({
  method: 'POST',
  body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], stream: true }),
  ...(signal !== undefined && { signal }),
});
const open: RunStep[] = [
  { type: 'run-start', runId: 'r', agentId: 'a' },
  { type: 'text-start', id: 't' },
];
const delta = (text: string): RunEvent => ({ type: 'text-delta', id: 't', text });
const never = new Promise<never>(() => {});

/** The chunks of a stream as they arrive. */
async function* readChunks(response: Response): AsyncGenerator<{ choices: { delta: object }[]; error?: object }> {
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const end = `${rest}${text}`.lastIndexOf('\n\n') + 2;
    const complete = `${rest}${text}`.slice(0, end);
    rest = `${rest}${text}`.slice(end);
    for (const data of parseSse(complete)) if (data !== '[DONE]') yield JSON.parse(data);
  }
}

test('a whole stream has the headers of server-sent events', async () => {
  await using app = await startApp(createScriptedBackend({ steps: runs['text'] ?? [] }).backend);
  const response = await app.fetch(chat, post());
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toContain('no-cache');
  expect((await response.text()).endsWith('data: [DONE]\n\n')).toBe(true);
});

test('a failure before any output keeps its HTTP status', async () => {
  await using app = await startApp(createScriptedBackend({ steps: runs['error before any output'] ?? [] }).backend);
  const response = await app.fetch(chat, post());
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({
    error: { message: 'Slow down.', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' },
  });
});

test.each<[string, RunStep[], object]>([
  [
    'the backend',
    [...(runs['error after some output'] ?? [])],
    { message: 'Cursor ended the stream.', type: 'server_error' },
  ],
  ['a defect', [...open, delta('Once'), new Error('secret detail')], { type: 'server_error' }],
])('a failure of %s after output becomes an error frame, and the stream ends', async (_name, steps, error) => {
  await using app = await startApp(createScriptedBackend({ steps }).backend);
  const response = await app.fetch(chat, post());
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(JSON.parse(parseSse(text).at(-1) ?? '')).toMatchObject({ error });
  expect(text).not.toContain('secret detail');
});

test('a slow start opens the stream, then empty deltas keep it alive until the text comes', async () => {
  const released = Promise.withResolvers<void>();
  const { backend } = createScriptedBackend({ steps: [released.promise, ...(runs['text'] ?? [])] });
  await using app = await startApp(backend, { timing: { quietMs: 10, heartbeatMs: 5 } });
  const response = await app.fetch(chat, post());
  const deltas: object[] = [];
  for await (const { choices } of readChunks(response)) {
    deltas.push(choices[0]?.delta ?? {});
    if (deltas.length === 4) released.resolve();
  }
  expect(deltas.slice(0, 4)).toEqual([{ role: 'assistant', content: '', refusal: null }, {}, {}, {}]);
  expect(deltas.filter((value) => 'role' in value)).toHaveLength(1);
  expect(deltas.flatMap((value) => ('content' in value ? value.content : [])).join('')).toBe('Hello there!');
});

test('a pause between two deltas is filled too', async () => {
  const released = Promise.withResolvers<void>();
  const { backend } = createScriptedBackend({
    steps: [...open, delta('One'), released.promise, ...(runs['text'] ?? []).slice(-1)],
  });
  await using app = await startApp(backend, { timing: { quietMs: 60_000, heartbeatMs: 5 } });
  let pauses = 0;
  for await (const { choices } of readChunks(await app.fetch(chat, post()))) {
    if (JSON.stringify(choices[0]?.delta) === '{}') pauses += 1;
    if (pauses === 3) released.resolve();
  }
  expect(pauses).toBeGreaterThanOrEqual(3);
});

test('a reader that was behind and has caught up gets the rest', async () => {
  const full = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  const socket = { isFull: false };
  async function* events(): AsyncGenerator<RunEvent> {
    yield* (runs['text'] ?? []).slice(0, 2);
    while (!socket.isFull) {
      yield { type: 'text-delta', id: 't1', text: 'x'.repeat(60_000) };
      await nextTurn();
    }
    // The model thinks while the reader catches up.
    await drained.promise;
    yield { type: 'text-delta', id: 't1', text: 'the rest' };
    yield* (runs['text'] ?? []).slice(-2);
  }
  const server = createServer((_request, response) => {
    const write = response.write.bind(response);
    response.write = (chunk: string) => {
      const hasRoom = write(chunk);
      if (!hasRoom) {
        socket.isFull = true;
        full.resolve();
      }
      return hasRoom;
    };
    response.on('drain', () => drained.resolve());
    const encoder = createChatStreamEncoder({ id: 'i', created: 1, model: 'm' }, { includeUsage: false });
    const timing = { quietMs: 60_000, heartbeatMs: 60_000, slowReaderMs: 60_000 };
    void sendStream({ response, events: events(), encoder, timing, waitedMs: 0, signal: new AbortController().signal });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [IncomingMessage];
  await full.promise;
  const text = await readText(response);
  server.close();
  expect(text).toMatch(/the rest/);
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
});

test.each<[string, RunStep[]]>([
  ['before any output', [never]],
  ['in mid-stream', [...open, delta('One'), never]],
])('a client that hangs up %s cancels its run', async (_when, steps) => {
  const { backend, requests, ended } = createScriptedBackend({ steps });
  await using app = await startApp(backend);
  const controller = new AbortController();
  const answer = app.fetch(chat, post(controller.signal)).then((response) => response.text());
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  controller.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  expect(await ended).toBe('cancelled');
});

test('a slow reader holds the run back, and loses nothing', async () => {
  const total = 20_000;
  let told = 0;
  const { backend } = createScriptedBackend({});
  const talkative = {
    ...backend,
    run: () =>
      toRun(async function* (): AsyncGenerator<RunEvent> {
        yield* (runs['text'] ?? []).slice(0, 2);
        for (told = 0; told < total; told += 1) yield { type: 'text-delta', id: 't1', text: 'x'.repeat(1000) };
        yield* (runs['text'] ?? []).slice(-2);
      }),
  };
  await using app = await startApp(talkative);
  const response = await app.fetch(chat, post());
  for (let turn = 0; turn < 100; turn += 1) await nextTurn();
  expect(told).toBeLessThan(total);
  expect(parseSse(await response.text())).toHaveLength(total + 3);
});
