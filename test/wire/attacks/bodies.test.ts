import { describe, expect, test, vi } from 'vitest';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { openRawConnection, pour, readStatuses, sendRaw } from '../../support/raw-connection.ts';
import { ACCESS_TOKEN } from '../../support/start-app.ts';
import { CHAT, HELLO, underAttack } from '../../support/under-attack.ts';

const MEGABYTE = 1024 * 1024;
const EIGHT_GIGABYTES = 8 * 1024 * MEGABYTE;
const megabyte = Buffer.alloc(MEGABYTE, ' ');

/** The buffers of both ends of a loopback connection hold some megabytes that no program ever sees. */
const IN_FLIGHT = 24 * MEGABYTE;

const toChunk = (data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
const chunk = toChunk(megabyte);
/** The beginning of a gzip file, and a stored block (RFC 1951 §3.2.4) that can follow it any number of times. */
const gzipStart = toChunk(gzipSync('').subarray(0, 10)).toString('latin1');
const gzipBlock = toChunk(Buffer.concat([Buffer.from([0, 0xff, 0xff, 0, 0]), Buffer.alloc(65_535, ' ')]));

const head = (line: string, ...headers: readonly string[]): string =>
  [line, 'Host: localhost', 'Content-Type: application/json', ...headers, '', ''].join('\r\n');
const post = (...headers: readonly string[]): string =>
  head(`POST ${CHAT} HTTP/1.1`, `Authorization: Bearer ${ACCESS_TOKEN}`, ...headers);

describe('8 GB', () => {
  const limits = { unreadBodyBytes: 2 * MEGABYTE, lingerMs: 5000 };
  test.each<[name: string, request: string, data: Buffer, status: number]>([
    ['by Content-Length', post(`Content-Length: ${EIGHT_GIGABYTES}`), megabyte, 413],
    ['in chunks', post('Transfer-Encoding: chunked'), chunk, 413],
    ['compressed', post('Transfer-Encoding: chunked', 'Content-Encoding: gzip') + gzipStart, gzipBlock, 413],
    ['of what is not compressed as it says', post('Transfer-Encoding: chunked', 'Content-Encoding: gzip'), chunk, 400],
    ['without a token', head(`POST ${CHAT} HTTP/1.1`, `Content-Length: ${EIGHT_GIGABYTES}`), megabyte, 401],
    ['without a token, in chunks', head(`POST ${CHAT} HTTP/1.1`, 'Transfer-Encoding: chunked'), chunk, 401],
    ['of another origin', post('Origin: https://evil.example', 'Transfer-Encoding: chunked'), chunk, 403],
    ['to a public path', head('GET /health HTTP/1.1', `Content-Length: ${EIGHT_GIGABYTES}`), megabyte, 200],
    ['to nowhere', post('Transfer-Encoding: chunked').replace(CHAT, '/nowhere'), chunk, 404],
    ['to an optional body', post('Transfer-Encoding: chunked').replace(CHAT, '/v1/sessions'), chunk, 413],
  ])('%s are never read', async (_name, request, data, status) => {
    await underAttack(
      async ({ port }) => {
        using connection = await openRawConnection(port, Buffer.from(request, 'latin1'));
        const sent = await pour(connection.socket, data, Math.ceil((200 * MEGABYTE) / data.length));
        await connection.closed;
        expect(sent).toBeLessThan(20 * MEGABYTE + limits.unreadBodyBytes + IN_FLIGHT);
        expect(readStatuses(connection.received())).toEqual([status]);
      },
      { limits },
    );
  });

  test('get their answer before anything of the body is sent', async () => {
    await underAttack(
      async ({ port }) => {
        using connection = await openRawConnection(port, post(`Content-Length: ${EIGHT_GIGABYTES}`));
        await connection.waitFor(/ 413 [^]*portside\.maxBodyMegabytes/);
        await connection.closed;
      },
      { limits: { lingerMs: 50 } },
    );
  });
});

test.each<[name: string, data: Buffer, encoding: string]>([
  ['gzip', gzipSync(Buffer.alloc(64 * MEGABYTE, ' ')), 'gzip'],
  ['deflate', deflateSync(Buffer.alloc(64 * MEGABYTE, ' ')), 'deflate'],
  ['br', brotliCompressSync(Buffer.alloc(64 * MEGABYTE, ' ')), 'br'],
])('a %s bomb gets 413 as soon as the limit is passed, though more is announced', async (_name, data, encoding) => {
  await underAttack(
    async ({ port }) => {
      const request = post(`Content-Encoding: ${encoding}`, `Content-Length: ${data.length + 1_000_000}`);
      using connection = await openRawConnection(port, request);
      connection.socket.write(data);
      await connection.waitFor(/ 413 /);
      await connection.closed;
    },
    { limits: { lingerMs: 50 } },
  );
});

test.each<[name: string, request: string, status: number]>([
  ['too large', post(`Content-Length: ${21 * MEGABYTE}`), 413],
  ['without a token', head(`POST ${CHAT} HTTP/1.1`, 'Content-Length: 100'), 401],
  ['of another origin', post('Content-Length: 100', 'Origin: https://evil.example'), 403],
])('who asks before sending a body is told at once: %s', async (_name, request, status) => {
  await underAttack(async ({ port }) => {
    const answer = await sendRaw(port, request.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
    expect(readStatuses(answer)).toEqual([status]);
  });
});

test('who asks before sending an honest body is told to go on', async () => {
  await underAttack(
    async ({ port }) => {
      const request = post('Expect: 100-continue', 'Connection: close', `Content-Length: ${HELLO.length}`);
      using connection = await openRawConnection(port, request);
      await connection.waitFor(/ 100 Continue/);
      connection.socket.write(HELLO);
      await connection.closed;
      expect(readStatuses(connection.received())).toEqual([100, 200]);
    },
    { expectedRuns: 1 },
  );
});

describe('slow bodies', () => {
  test('a body that stops or drips gets 408, and its connection is ended', async () => {
    await underAttack(
      async ({ port }) => {
        using silent = await openRawConnection(port, post('Content-Length: 1000'));
        using dripping = await openRawConnection(port, post('Transfer-Encoding: chunked'));
        const drip = setInterval(() => dripping.socket.write('1\r\n \r\n'), 10);
        await Promise.all([silent.closed, dripping.closed]);
        clearInterval(drip);
        expect([silent, dripping].map((each) => readStatuses(each.received()))).toEqual([[408], [408]]);
      },
      { timing: { bodyGraceMs: 150, bodyBytesPerSecond: 10_000 }, limits: { lingerMs: 50 } },
    );
  });

  test('an honest body that takes longer, at a decent pace, is read to its end', async () => {
    await underAttack(
      async ({ port }) => {
        const piece = ' '.repeat(2000);
        const count = 60;
        const length = HELLO.length + piece.length * count;
        using connection = await openRawConnection(port, post('Connection: close', `Content-Length: ${length}`));
        const startedAt = performance.now();
        let sent = 0;
        await new Promise<void>((resolve) => {
          const timer = setInterval(() => {
            if (connection.socket.destroyed || sent === count) {
              clearInterval(timer);
              resolve();
            } else {
              connection.socket.write(piece);
              sent += 1;
            }
          }, 10);
        });
        // Longer than a body may take that has no pace.
        expect(performance.now() - startedAt).toBeGreaterThan(300);
        connection.socket.write(HELLO);
        await connection.closed;
        expect(readStatuses(connection.received())).toEqual([200]);
      },
      { timing: { bodyGraceMs: 300, bodyBytesPerSecond: 10_000 }, expectedRuns: 1 },
    );
  });
});

test('a client that hangs up in mid-body leaves nothing behind', async () => {
  await underAttack(async ({ port, logger }) => {
    using connection = await openRawConnection(port, post('Content-Length: 1000'));
    connection.socket.write('{"messages":');
    connection.socket.resetAndDestroy();
    await vi.waitFor(() => expect(logger.lines.join('\n')).toMatch(/hung up/));
    expect(logger.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

test('a body that is over the limit by little gets its answer also where the client sends all of it first', async () => {
  await underAttack(async (app) => {
    const response = await app.fetch(CHAT, { method: 'POST', body: Buffer.alloc(21 * MEGABYTE, ' ') });
    expect([response.status, await response.json()]).toMatchObject([413, { error: { type: 'invalid_request_error' } }]);
    using connection = await openRawConnection(app.port, post(`Content-Length: ${21 * MEGABYTE}`));
    expect(await pour(connection.socket.pause(), megabyte, 21)).toBeGreaterThanOrEqual(21 * MEGABYTE);
    connection.socket.resume();
    await connection.waitFor(/ 413 /);
  });
});
