import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { expect, test } from 'vitest';
import { occupyPort, findFreePort } from '../support/free-port.ts';
import { openRawConnection } from '../support/raw-connection.ts';
import { openSocketClient } from '../support/socket-client.ts';
import { createTestGateway, GATEWAY_TOKEN, type TestGatewayOptions } from '../support/test-gateway.ts';
import { createWindows, isServed } from '../support/windows.ts';

const TLS = {
  tlsCertificatePath: path.join(import.meta.dirname, '../fixtures/tls/certificate.pem'),
  tlsKeyPath: path.join(import.meta.dirname, '../fixtures/tls/key.pem'),
};

/** A gateway that has a second port. */
const start = async (settings: TestGatewayOptions['settings'] = {}) => {
  const ollamaPort = await findFreePort();
  const gateway = createTestGateway({ settings: { ollamaPort, ...settings } });
  await gateway.start();
  return { gateway, ollamaPort, state: await gateway.until('running') };
};

const readInstance = async (port: number): Promise<unknown> =>
  JSON.parse(await (await fetch(`http://127.0.0.1:${port}/health`)).text()).instance;

test('the second port is the same server', async () => {
  const { ollamaPort, state } = await start();
  expect(state).toMatchObject({ ollamaUrl: `http://127.0.0.1:${ollamaPort}`, warnings: [] });
  expect(await readInstance(ollamaPort)).toBe(await readInstance(state.port));
  const headers = { Authorization: `Bearer ${GATEWAY_TOKEN}` };
  expect(await (await fetch(`${state.ollamaUrl}/api/version`, { headers })).json()).toHaveProperty('version');
  using client = await openSocketClient(`${state.ollamaUrl}/v1/responses`, headers);
  client.socket.ping();
  await once(client.socket, 'pong');
});

test.each([
  { what: 'no token', headers: {}, status: 401 },
  { what: 'a foreign name', headers: { Host: 'evil.example' }, status: 403 },
  { what: 'a foreign page', headers: { Origin: 'https://evil.example' }, status: 403 },
])('its guards are the same: $what', async ({ headers, status }) => {
  const { ollamaPort } = await start();
  const request = http.get({ host: '127.0.0.1', port: ollamaPort, path: '/api/tags', headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(status);
});

test('it has the certificate of the first', async () => {
  const { ollamaPort, state } = await start(TLS);
  expect(state.ollamaUrl).toBe(`https://127.0.0.1:${ollamaPort}`);
  const request = https.get({ host: '127.0.0.1', port: ollamaPort, path: '/health', rejectUnauthorized: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBe(503);
});

test('there is none by default', async () => {
  const gateway = createTestGateway();
  await gateway.start();
  expect(await gateway.until('running')).toMatchObject({ ollamaUrl: null, warnings: [] });
});

test('a port that another program has costs nothing but a warning', async () => {
  const { port, release } = await occupyPort();
  const gateway = createTestGateway({ settings: { ollamaPort: port } });
  await gateway.start();
  const state = await gateway.until('running');
  expect(state).toMatchObject({ ollamaUrl: null, warnings: ['no-ollama-port'] });
  expect(await isServed(state.port)).toBe(true);
  expect(gateway.lines.filter((line) => line.startsWith('warn '))).toEqual([
    expect.stringMatching(new RegExp(`Port ${port}.* could not be opened.*portside\\.ollamaPort`)),
  ]);
  await gateway.stop('ending');
  await release();
});

test('it cannot be the port of the first', async () => {
  const port = await findFreePort();
  const gateway = createTestGateway({ settings: { port, ollamaPort: port } });
  await gateway.start();
  expect(await gateway.until('failed')).toMatchObject({
    code: 'cannot_start',
    message: expect.stringMatching(/portside\.port .*portside\.ollamaPort .*are both/),
  });
});

test('a stop closes both, with every connection', async () => {
  const { gateway, ollamaPort, state } = await start();
  using idle = await openRawConnection(ollamaPort);
  using client = await openSocketClient(`${state.ollamaUrl}/v1/responses`, {
    Authorization: `Bearer ${GATEWAY_TOKEN}`,
  });
  await gateway.stop('ending');
  await idle.closed;
  expect(await client.closed).toMatchObject({ code: 1001 });
  expect([await isServed(state.port), await isServed(ollamaPort)]).toEqual([false, false]);
});

test('whoever takes over takes both', async () => {
  const windows = await createWindows();
  const ollamaPort = await findFreePort();
  const first = windows.open({ settings: { ollamaPort } });
  const second = windows.open({ settings: { ollamaPort } });
  await first.start();
  await second.start();
  expect(second.state.status).toBe('served-elsewhere');
  await second.takeOver();
  expect(second.state).toMatchObject({ status: 'running', ollamaUrl: expect.any(String), warnings: [] });
  expect(await readInstance(ollamaPort)).toBe(await readInstance(windows.port));
});

test('the connections of both are counted together', async () => {
  const { gateway, ollamaPort, state } = await start({ maxConnections: 3 });
  const half = 'GET /health HTTP/1.1\r\nHost: localhost\r\n';
  using first = await openRawConnection(state.port, half);
  using second = await openRawConnection(ollamaPort, half);
  using third = await openRawConnection(ollamaPort, half);
  using tooMany = await openRawConnection(ollamaPort, half);
  await tooMany.closed;
  using tooManyToo = await openRawConnection(state.port, half);
  await tooManyToo.closed;
  expect(gateway.lines.filter((line) => line.includes('portside.maxConnections'))).toHaveLength(1);
  for (const connection of [first, second, third]) {
    connection.socket.write('\r\n');
    await connection.waitFor(/503 Service Unavailable/);
  }
});
