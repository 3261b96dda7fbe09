import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAnswerStore } from '../../src/storage/open-answer-store.ts';
import { createMemoryLogger } from '../support/memory-logger.ts';
import { serveSilence } from '../support/serve-foreign.ts';
import { openSocketClient } from '../support/socket-client.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createTestGateway, GATEWAY_TOKEN, type TestGatewayOptions, toFakeBridge } from '../support/test-gateway.ts';
import { createWindows, isServed } from '../support/windows.ts';

const TLS = {
  tlsCertificatePath: path.join(import.meta.dirname, '../fixtures/tls/certificate.pem'),
  tlsKeyPath: path.join(import.meta.dirname, '../fixtures/tls/key.pem'),
};

describe('what a running gateway tells', () => {
  test.each<{ name: string; settings: TestGatewayOptions['settings']; warnings: readonly string[]; scheme?: string }>([
    { name: 'nothing by default', settings: {}, warnings: [] },
    { name: 'that no token is required', settings: { requireToken: false }, warnings: ['no-token-required'] },
    { name: 'that others can reach it', settings: { host: '0.0.0.0' }, warnings: ['open-to-network', 'not-encrypted'] },
    { name: 'less with TLS', settings: { host: '0.0.0.0', ...TLS }, warnings: ['open-to-network'], scheme: 'https' },
    { name: 'its scheme', settings: TLS, warnings: [], scheme: 'https' },
  ])('$name', async ({ settings, warnings, scheme = 'http' }) => {
    const gateway = createTestGateway({ ...(settings !== undefined && { settings }) });
    await gateway.start();
    expect(gateway.state).toMatchObject({
      status: 'running',
      warnings,
      baseUrl: expect.stringMatching(new RegExp(`^${scheme}://127\\.0\\.0\\.1:\\d+/v1$`)),
    });
    expect(gateway.lines.filter((line) => line.startsWith('warn '))).toHaveLength(warnings.length);
  });

  test('whoever waits, the scheme of the one that serves', async () => {
    const windows = await createWindows();
    const first = windows.open({ settings: TLS });
    const second = windows.open();
    await first.start();
    await second.start();
    expect(second.state).toMatchObject({
      status: 'served-elsewhere',
      baseUrl: `https://127.0.0.1:${windows.port}/v1`,
      by: { name: 'test' },
    });
    await second.takeOver();
    expect(second.state).toMatchObject({ status: 'running', baseUrl: `http://127.0.0.1:${windows.port}/v1` });
    await first.until('served-elsewhere', ({ baseUrl, by }) => by !== null && baseUrl.startsWith('http:'));
  });

  test('is let in under a host name as soon as that is allowed', async () => {
    const gateway = createTestGateway();
    await gateway.start();
    const { port } = await gateway.until('running');
    const ask = async (): Promise<number | undefined> => {
      const request = http.get({ host: '127.0.0.1', port, path: '/health', headers: { Host: 'tunnel.example' } });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await ask()).toBe(403);
    gateway.allowHost('tunnel.example');
    expect(await ask()).toBe(503);
  });
});

/** 2 s are promised; the rest is for a machine under load. Without what ends them early, all of these take longer. */
const STOP_LIMIT_MS = 4_000;

test.each(['unwanted', 'ending'] as const)('a gateway stops while it starts (%s)', async (reason) => {
  const windows = await createWindows();
  const gateway = windows.open();
  void gateway.start();
  await gateway.stop(reason);
  expect(gateway.state.status).toBe('stopped');
  expect(await isServed(windows.port)).toBe(false);
});

test('a gateway stops while it asks what has the port', async () => {
  const { port, connections } = await serveSilence();
  const gateway = createTestGateway({ settings: { port } });
  const started = gateway.start();
  await expect.poll(connections).toBeGreaterThan(0);
  await gateway.stop('ending');
  await started;
  expect(gateway.state.status).toBe('stopped');
  // Otherwise two for each try.
  expect(connections()).toBeLessThan(8);
});

describe('a gateway stops soon', () => {
  const connectTo = async (port: number, data: string): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
    socket.write(data);
    return socket;
  };
  const webSocket =
    'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n';

  test.each<{
    name: string;
    options?: TestGatewayOptions;
    keepBusy?: (port: number) => Promise<void>;
  }>([
    { name: 'when nothing runs' },
    { name: 'with a bridge that ends only when it is killed', options: { bridgePath: toFakeBridge('never-ready') } },
    {
      name: 'with a refused WebSocket whose client stays',
      keepBusy: async (port) => {
        const socket = await connectTo(port, webSocket);
        await once(socket, 'data');
      },
    },
    {
      name: 'with a connection that never gets to TLS',
      options: { settings: TLS },
      keepBusy: async (port) => {
        await connectTo(port, '');
        // A later one that is answered: the first one is known by now.
        const request = https.get({
          host: '127.0.0.1',
          port,
          path: '/health',
          rejectUnauthorized: false,
          agent: false,
        });
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        response.resume();
      },
    },
  ])('$name', async ({ options, keepBusy }) => {
    const gateway = createTestGateway(options);
    await gateway.start();
    const { port } = await gateway.until('running');
    await keepBusy?.(port);
    const startedAt = performance.now();
    await gateway.stop('ending');
    expect(performance.now() - startedAt).toBeLessThan(STOP_LIMIT_MS);
    expect([gateway.state.status, await isServed(port)]).toEqual(['stopped', false]);
  });
});

test('a stop ends what is under way on a WebSocket with an error, then the connection', async () => {
  const gateway = createTestGateway();
  await gateway.start();
  const { port } = await gateway.until('running');
  using client = await openSocketClient(`http://127.0.0.1:${port}/v1/responses`, {
    Authorization: `Bearer ${GATEWAY_TOKEN}`,
  });
  client.create('Hi', { model: 'composer-2.5', store: false });
  // What was sent before a ping is read before its answer comes.
  client.socket.ping();
  await once(client.socket, 'pong');
  await gateway.stop('ending');
  expect(await client.closed).toMatchObject({ code: 1001 });
  expect(client.frames.at(-1)).toMatchObject({ type: 'error', status: 503 });
});

test('a start removes what is stored for tokens that are gone since', async () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const open = () => openAnswerStore(folder.join('responses.db'), createMemoryLogger());
  const before = open();
  for (const owner of ['default', 'anonymous', 'tok_gone']) {
    before.add({
      id: `resp_${owner}`,
      kind: 'response',
      owner,
      threadId: `resp_${owner}`,
      previousId: null,
      model: 'composer-2.5',
      metadata: {},
      createdAt: Date.now(),
      body: { status: 'completed', output: [] },
      input: [],
      processId: null,
    });
  }
  before.close();
  const gateway = createTestGateway({ dataFolder: folder.join() });
  await gateway.start();
  await gateway.stop('ending');
  const after = open();
  expect(after.listOwners()).toEqual(['anonymous', 'default']);
  after.close();
});
