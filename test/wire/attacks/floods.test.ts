import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { RunEvent } from '../../../src/core/run-event.ts';
import { openRawConnection, readStatuses } from '../../support/raw-connection.ts';
import { ACCESS_TOKEN } from '../../support/start-app.ts';
import { CHAT, underAttack } from '../../support/under-attack.ts';

test('a flood of wrong tokens gets 429 after 60, with Retry-After; the right token is never refused', async () => {
  const wrong = Array.from({ length: 200 }, (_, index) => `portside_wrong-token-${index}`);
  await underAttack(
    async (app) => {
      const answers: Response[] = [];
      for (const token of wrong) {
        const response = await app.fetch('/v1/models', { headers: { Authorization: `Bearer ${token}` } });
        await response.text();
        answers.push(response);
        // Also in the middle of it.
        if (answers.length % 50 === 0) expect((await app.fetch('/v1/models')).status).toBe(200);
      }
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(60);
      expect(new Set(statuses.slice(60))).toEqual(new Set([429]));
      expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
      const upgrade = await openRawConnection(
        app.port,
        'GET /v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: Bearer portside_wrong\r\n\r\n',
      );
      await upgrade.closed;
      expect(upgrade.received()).toMatch(/ 429 [^]*Retry-After: \d+/);
    },
    { secrets: ['wrong-token'] },
  );
});

test.each<[name: string, start: string]>([
  ['nothing', ''],
  ['a part of the headers', 'GET /health HTTP/1.1\r\nHost: localhost\r\n'],
  ['a part of a second request', 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\n'],
])('a connection that sends %s, then drips, is ended with 408', async (_name, start) => {
  await underAttack(
    async ({ port }) => {
      using connection = await openRawConnection(port, start);
      const drip = setInterval(() => start !== '' && connection.socket.write('X: y\r\n'), 20);
      await connection.closed;
      clearInterval(drip);
      expect(readStatuses(connection.received()).at(-1)).toBe(408);
    },
    { limits: { headersMs: 200, checkIntervalMs: 20, lingerMs: 50 } },
  );
});

test('connections over the limit are closed at once and logged once; there is room again when slow ones have been ended', async () => {
  await underAttack(
    async ({ port, url, logger }) => {
      const flood = await Promise.all(Array.from({ length: 60 }, async () => await openRawConnection(port)));
      const refused = flood.slice(20);
      await vi.waitFor(() =>
        expect(refused.filter(({ socket }) => socket.destroyed).length).toBeGreaterThanOrEqual(40),
      );
      expect(logger.lines.filter((line) => line.includes('portside.maxConnections'))).toHaveLength(1);
      await Promise.all(flood.map(async ({ closed }) => await closed));
      await vi.waitFor(async () => expect(await (await fetch(`${url}/health`)).json()).toBeTruthy(), { timeout: 5000 });
    },
    { maxConnections: 20, limits: { headersMs: 300, checkIntervalMs: 20, lingerMs: 50 } },
  );
});

test('connections that are kept for nothing make way', async () => {
  await underAttack(
    async ({ port, url }) => {
      const request = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
      const idle = await Promise.all(Array.from({ length: 20 }, async () => await openRawConnection(port, request)));
      await Promise.all(idle.map(async (connection) => await connection.waitFor(/ 200 OK[^]*}/)));
      await vi.waitFor(async () => expect(await (await fetch(`${url}/health`)).json()).toBeTruthy(), { timeout: 5000 });
      await Promise.all(idle.map(async ({ closed }) => await closed));
    },
    { maxConnections: 20 },
  );
});

test('1000 requests down one connection at once are answered one after the other', async () => {
  await underAttack(async ({ port }) => {
    using connection = await openRawConnection(port, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1000));
    await vi.waitFor(() => expect(readStatuses(connection.received())).toHaveLength(1000), { timeout: 10_000 });
  });
});

const stream = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], stream: true });
const chat = (body: string): string =>
  [
    `POST ${CHAT} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${ACCESS_TOKEN}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
const manyDeltas = (count: number): RunEvent[] => [
  { type: 'run-start', runId: 'r', agentId: 'a' },
  { type: 'text-start', id: 't' },
  ...Array.from({ length: count }, (): RunEvent => ({ type: 'text-delta', id: 't', text: 'x'.repeat(60_000) })),
];

test('a client that does not read its stream is cut off, and its run cancelled', async () => {
  await underAttack(
    async ({ port, logger }, ended) => {
      using connection = await openRawConnection(port);
      connection.socket.pause();
      connection.socket.write(chat(stream));
      expect(await ended).toBe('cancelled');
      await vi.waitFor(() => expect(logger.lines.join('\n')).toMatch(/hung up/));
    },
    { steps: manyDeltas(1000), timing: { slowReaderMs: 200 }, expectedRuns: 1 },
  );
});

test('a client that reads its stream slowly, but reads, gets all of it', async () => {
  // No clock: a time is over when the next one begins.
  const slowReaderMs = 12_345;
  const times: AbortController[] = [];
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    const time = new AbortController();
    if (milliseconds !== slowReaderMs) return time.signal;
    for (const earlier of times) earlier.abort();
    times.push(time);
    return time.signal;
  });
  onTestFinished(() => timeout.mockRestore());
  await underAttack(
    async ({ port }) => {
      using connection = await openRawConnection(port);
      connection.socket.pause();
      connection.socket.write(chat(stream));
      connection.socket.on('data', () => connection.socket.pause());
      const sip = setInterval(() => connection.socket.resume(), 1);
      await connection.waitFor(/data: \[DONE\]/);
      clearInterval(sip);
      expect(times.length).toBeGreaterThan(10);
    },
    {
      steps: [
        ...manyDeltas(120),
        { type: 'text-end', id: 't' },
        { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 },
      ],
      timing: { slowReaderMs },
      expectedRuns: 1,
    },
  );
});

test('a client that does not read its complete answer is cut off', async () => {
  await underAttack(
    async ({ port, logger }) => {
      using connection = await openRawConnection(port);
      connection.socket.pause();
      connection.socket.write(chat(stream.replace('true', 'false')));
      await vi.waitFor(() => expect(logger.lines.join('\n')).toMatch(/hung up/), { timeout: 10_000 });
    },
    {
      steps: [
        ...manyDeltas(400),
        { type: 'text-end', id: 't' },
        { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 },
      ],
      limits: { slowReaderMs: 200 },
      expectedRuns: 1,
    },
  );
});

const beginning: readonly RunEvent[] = [
  { type: 'run-start', runId: 'r', agentId: 'a' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', text: 'Hello' },
];
const get = (...headers: readonly string[]): string =>
  ['GET /health HTTP/1.1', 'Host: localhost', ...headers, '', ''].join('\r\n');
const manyHeaders = (count: number): string[] => Array.from({ length: count }, () => 'A: b');

describe.each<[name: string, steps: readonly RunEvent[], begun: RegExp]>([
  ['in the middle of an answer', beginning, /Hello/],
  ['before an answer that has not begun', [], /^$/],
])('nothing is written %s', (_where, steps, begun) => {
  test.each<[name: string, request: string]>([
    ['is not HTTP', 'NONSENSE\r\n\r\n'],
    ['is a request for a WebSocket', get('Connection: Upgrade', 'Upgrade: websocket')],
    [
      'is a request for a WebSocket with many headers',
      get('Connection: Upgrade', 'Upgrade: websocket', ...manyHeaders(198)),
    ],
    ['is an offer of another protocol', get('Connection: Upgrade', 'Upgrade: h2c')],
    ['has large headers', get(`X: ${'x'.repeat(20_000)}`)],
    ['has 1000 headers', get(...manyHeaders(1000))],
  ])('when what follows %s', async (_name, request) => {
    const never = new Promise<never>(() => {});
    await underAttack(
      async ({ port }, ended, requests) => {
        using connection = await openRawConnection(port, chat(stream));
        await vi.waitFor(() => expect(requests).toHaveLength(1));
        await connection.waitFor(begun);
        connection.socket.write(request);
        await connection.closed;
        expect(readStatuses(connection.received())).toEqual(steps.length === 0 ? [] : [200]);
        expect(await ended).toBe('cancelled');
      },
      { steps: [...steps, never], expectedRuns: 1 },
    );
  });
});

test('a request with too many headers is answered in its turn where they are seen', async () => {
  const gate = Promise.withResolvers<void>();
  await underAttack(
    async ({ port }) => {
      using connection = await openRawConnection(port, chat(stream));
      await connection.waitFor(/Hello/);
      connection.socket.write(get(...manyHeaders(200)));
      gate.resolve();
      await connection.closed;
      expect(readStatuses(connection.received())).toEqual([200, 431]);
      expect(connection.received()).toMatch(/data: \[DONE\][^]* 431 [^]*Connection: close/);
    },
    {
      steps: [
        ...beginning,
        gate.promise,
        { type: 'text-end', id: 't' },
        { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 },
      ],
      expectedRuns: 1,
    },
  );
});
