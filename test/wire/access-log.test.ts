import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createTestGateway, GATEWAY_TOKEN } from '../support/test-gateway.ts';

const ask = async (baseUrl: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  (await fetch(`${baseUrl}/sessions`, { headers: { Authorization: `Bearer ${GATEWAY_TOKEN}`, ...headers } })).status;

test('an editor whose access log cannot be written serves all the same, and says so once', async () => {
  using folder = createTemporaryFolder();
  const gateway = createTestGateway({ settings: { accessLogPath: folder.path } });
  await gateway.start();
  const { baseUrl } = await gateway.until('running');
  expect([await ask(baseUrl), await ask(baseUrl)]).toEqual([200, 200]);
  expect(gateway.lines.filter((line) => line.startsWith('warn '))).toEqual([
    expect.stringContaining(`The access log ${folder.path} cannot be written`),
  ]);
});

test('gateways of one process write to one file, one after the other', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('access.log');
  for (const requestId of ['first', 'second']) {
    const gateway = createTestGateway({ settings: { accessLogPath: file } });
    await gateway.start();
    const { baseUrl } = await gateway.until('running');
    expect(await ask(baseUrl, { 'X-Request-ID': requestId })).toBe(200);
    await gateway.stop('ending');
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).requestId)).toEqual(['first', 'second']);
});

test('a request that is cut off at the end is in the file when the gateway has stopped', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('access.log');
  const gateway = createTestGateway({ settings: { accessLogPath: file } });
  await gateway.start();
  const { port } = await gateway.until('running');
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  const head = ['POST /v1/chat/completions HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${GATEWAY_TOKEN}`];
  // Of its body nothing follows; the 100 tells that the rest has come.
  const length = ['Content-Type: application/json', 'Content-Length: 100', 'Expect: 100-continue'];
  socket.write([...head, ...length, '', ''].join('\r\n'));
  const [greeting] = await once(socket, 'data');
  expect(String(greeting)).toMatch(/^HTTP\/1\.1 100 /);
  await gateway.stop('ending');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { path: '/v1/chat/completions', status: null, outcome: 'cancelled' },
  ]);
});

test('the log line of a request names its trace, and hides what looks like a secret', async () => {
  const gateway = createTestGateway();
  await gateway.start();
  const { baseUrl } = await gateway.until('running');
  const traceId = 'a'.repeat(32);
  await ask(baseUrl, { traceparent: `00-${traceId}-${'b'.repeat(16)}-01`, 'X-Request-ID': `crsr_${'x'.repeat(30)}` });
  const lines = () => gateway.lines.filter((line) => line.startsWith('info GET /v1/sessions'));
  await expect.poll(lines, { timeout: 5000, interval: 5 }).toHaveLength(1);
  expect(lines()[0]).toContain(`"requestId":"[redacted]","traceId":"${traceId}"`);
});
