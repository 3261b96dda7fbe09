import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import path from 'node:path';
import { connect } from 'node:tls';
import { text as readText } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openRawConnection, readStatuses } from '../support/raw-connection.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { ACCESS_TOKEN, startApp } from '../support/start-app.ts';

const read = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/tls', `${name}.pem`), 'utf8');
const tls = { certificate: read('certificate'), key: read('key') };
const start = () =>
  startApp(createScriptedBackend({}).backend, { tls, limits: { headersMs: 300, checkIntervalMs: 20 } });

const get = (port: number, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/v1/models',
      ca: tls.certificate,
      servername: 'localhost',
      agent: false,
      headers,
    };
    httpsRequest(options, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

test('https is served with the certificate of the settings, and its own origin is the encrypted one', async () => {
  await using app = await start();
  const authorization = `Bearer ${ACCESS_TOKEN}`;
  expect(app.url).toMatch(/^https:/);
  expect(await get(app.port, { authorization })).toBe(200);
  expect(await get(app.port, {})).toBe(401);
  expect(await get(app.port, { authorization, host: 'evil.example' })).toBe(403);
  expect(await get(app.port, { authorization, origin: 'https://evil.example' })).toBe(403);
});

test('a WebSocket is refused, and an offer of another protocol ignored, as without encryption', async () => {
  await using app = await start();
  for (const [protocol, status] of [
    ['websocket', 401],
    ['h2c', 200],
  ] as const) {
    const socket = connect({ host: '127.0.0.1', port: app.port, ca: tls.certificate });
    socket.write(`GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`);
    if (protocol === 'h2c') socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(readStatuses(await readText(socket))).toEqual(protocol === 'h2c' ? [status, status] : [status]);
  }
});

test.each([
  ['plain HTTP', 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['no handshake', ''],
])('%s at an encrypted port ends its connection and nothing else', async (_name, data) => {
  await using app = await start();
  using connection = await openRawConnection(app.port, data);
  await connection.closed;
  expect(connection.received()).not.toContain('HTTP/1.1');
  expect(await get(app.port, { authorization: `Bearer ${ACCESS_TOKEN}` })).toBe(200);
});
