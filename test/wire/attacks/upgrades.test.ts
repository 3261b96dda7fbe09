import { expect, test } from 'vitest';
import { openRawConnection, readStatuses, sendRaw } from '../../support/raw-connection.ts';
import { ACCESS_TOKEN } from '../../support/start-app.ts';
import { CHAT, HELLO, underAttack } from '../../support/under-attack.ts';

const authorization = `Authorization: Bearer ${ACCESS_TOKEN}`;

const upgrade = (...headers: readonly string[]): string => upgradeAt('/v1/responses', ...headers);

const upgradeAt = (path: string, ...headers: readonly string[]): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '',
    '',
  ].join('\r\n');

test.each<[name: string, headers: readonly string[], status: number, answer: RegExp]>([
  [
    'of a foreign Origin, also with the token',
    ['Host: localhost', 'Origin: https://evil.example', authorization],
    403,
    /portside\.allowedOrigins/,
  ],
  ['of the Origin null', ['Host: localhost', 'Origin: null', authorization], 403, /sandboxed frames/],
  ['under a foreign Host', ['Host: evil.example', authorization], 403, /portside\.allowedHosts/],
  ['with two Hosts', ['Host: localhost', 'Host: evil.example', authorization], 403, /more than one Host/],
  ['without a token', ['Host: localhost'], 401, /WWW-Authenticate: Bearer/],
  ['with a wrong token', ['Host: localhost', 'Authorization: Bearer wrong-token'], 401, /invalid_api_key/],
  [
    'with 201 headers',
    ['Host: localhost', authorization, ...Array.from({ length: 195 }, () => 'A: b')],
    431,
    /at most 200.*16 kB/,
  ],
  [
    'with 1000 headers',
    ['Host: localhost', authorization, ...Array.from({ length: 1000 }, () => 'A: b')],
    431,
    /error/,
  ],
])('a WebSocket %s is refused and its connection ended', async (_name, headers, status, answer) => {
  await underAttack(
    async ({ port }) => {
      const received = await sendRaw(port, upgrade(...headers));
      expect(readStatuses(received)).toEqual([status]);
      expect(received).toMatch(answer);
      expect(received).toMatch(/X-Request-ID: [\da-f-]{36}/);
      expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({
        error: { type: expect.stringMatching(/_error$/) },
      });
    },
    { secrets: ['wrong-token'] },
  );
});

test.each(['/v1/chat/completions', '/v1/responses/resp_1', '/v1/responses%2f', '/', '/health', '//v1/responses'])(
  'there is no WebSocket at %s, also with the token',
  async (path) => {
    await underAttack(async ({ port }) => {
      const received = await sendRaw(port, upgradeAt(path, 'Host: localhost', authorization));
      expect(readStatuses(received)).toEqual([426]);
      expect(received).toMatch(/Upgrade: websocket.*Use HTTP/s);
      expect(received).toMatch(/X-Request-ID: [\da-f-]{36}/);
    });
  },
);

test.each([
  ['of a program', ['Host: localhost', authorization], '/v1/responses'],
  ['of a page of this machine', ['Host: localhost', 'Origin: http://localhost:3000', authorization], '/v1/responses'],
  ['with a query', ['Host: localhost', authorization], '/v1/responses?model=composer-2.5'],
])('a WebSocket %s is opened with the token', async (_name, headers, path) => {
  await underAttack(async ({ port }) => {
    using connection = await openRawConnection(port, upgradeAt(path, ...headers));
    await connection.waitFor(/^HTTP\/1\.1 101 .*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/s);
    expect(connection.received()).not.toContain('permessage-deflate');
  });
});

test('a WebSocket is refused on a connection that has had another answer before', async () => {
  await underAttack(async ({ port }) => {
    using connection = await openRawConnection(port, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await connection.waitFor(/"status":"ok"/);
    connection.socket.write(upgrade('Host: localhost'));
    await connection.closed;
    expect(readStatuses(connection.received())).toEqual([200, 401]);
  });
});

test.each([
  ['refused', '/v1/models'],
  ['opened', '/v1/responses'],
])(
  'whoever hangs up at once, or sends on without end where a WebSocket is %s, ends nothing but its own connection',
  async (_name, path) => {
    await underAttack(
      async ({ port }) => {
        for (let index = 0; index < 20; index += 1) {
          using connection = await openRawConnection(port, upgradeAt(path, 'Host: localhost', authorization));
          connection.socket.resetAndDestroy();
          await connection.closed;
        }
        using connection = await openRawConnection(port, upgradeAt(path, 'Host: localhost', authorization));
        const frame = Buffer.alloc(65_536);
        const sendOn = setInterval(() => connection.socket.write(frame), 1);
        await connection.closed;
        clearInterval(sendOn);
        expect(connection.socket.bytesWritten).toBeLessThan(128 * 1024 * 1024);
      },
      { limits: { lingerMs: 200 } },
    );
  },
);

test('an offer of another protocol is ignored: the request is served as the HTTP that it is', async () => {
  await underAttack(
    async ({ port }) => {
      const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];
      const post = [
        `POST ${CHAT} HTTP/1.1`,
        'Host: localhost',
        ...offer,
        authorization,
        'Content-Type: application/json',
        `Content-Length: ${HELLO.length}`,
        '',
        '',
      ].join('\r\n');
      using connection = await openRawConnection(port, post);
      connection.socket.write(HELLO.slice(0, 10));
      connection.socket.write(HELLO.slice(10));
      await connection.waitFor(/Hello there!/);
      // The connection is as good as any other, and the guard stands before such requests too.
      const next = ['GET /v1/models HTTP/1.1', 'Host: localhost', ...offer, '', ''].join('\r\n');
      connection.socket.write(next);
      await connection.waitFor(/ 401 /);
      connection.socket.write(next.replace('Host: localhost', 'Host: evil.example'));
      await connection.waitFor(/ 403 /);
      expect(readStatuses(connection.received())).toEqual([200, 401, 403]);
    },
    { expectedRuns: 1 },
  );
});
