import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { findFreePort, occupyPort } from '../support/free-port.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { serveForeign } from '../support/serve-foreign.ts';
import { startApp } from '../support/start-app.ts';
import { createTestGateway } from '../support/test-gateway.ts';

/** Where a gateway ends up that wants the port and does not wait. */
const refuse = async (port: number, host = '127.0.0.1') => {
  const gateway = createTestGateway({ settings: { port, host }, whenServed: 'fail' });
  await gateway.start();
  return gateway.state;
};

test('a port that another Portside holds is named as such', async () => {
  const state = { status: 'starting', reason: null, proxy: 'none' } as const;
  await using app = await startApp(createScriptedBackend({ state }).backend);
  expect(await refuse(app.port)).toMatchObject({
    status: 'failed',
    code: 'port_in_use',
    message: expect.stringMatching(/^Portside already serves on port/),
  });
});

test.each<[string, RequestListener]>([
  ['another HTTP server', (_request, response) => response.end('hello')],
  ['an HTTP server that speaks JSON', (_request, response) => response.end('{"status":"ok"}')],
  ['a server that answers as Portside, and is none', (_request, response) => response.end(HEALTH_WITHOUT_INSTANCE)],
  ['a server whose instance is a path', (_request, response) => response.end('{"bridge":"x","instance":"../../x"}')],
  ['a server that never ends its answer', (_request, response) => response.write('{')],
  ['a server that speaks another protocol at once', (request) => request.socket.write(SWITCHING)],
  ['a server that floods', (_request, response) => response.end('x'.repeat(1_000_000))],
])('a port that %s holds is another program’s', async (_name, answer) => {
  expect(await refuse(await serveForeign(0, answer))).toMatchObject({
    status: 'failed',
    code: 'port_in_use',
    message: expect.stringMatching(/by another program/),
  });
});

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n';
const HEALTH_WITHOUT_INSTANCE = '{"status":"ok","bridge":"connected","version":"0.1.0","proxy":"none"}';

test('a port that a Portside holds is named as such, although it is silent at first', async () => {
  let requests = 0;
  const port = await serveForeign(0, (_request, response) => {
    requests += 1;
    if (requests > 1) response.end(JSON.stringify({ bridge: 'starting', instance: randomUUID() }));
  });
  expect(await refuse(port)).toMatchObject({ message: expect.stringMatching(/^Portside already serves on port/) });
});

test('a port that something else than HTTP holds is another program’s', async () => {
  const taken = await occupyPort();
  expect(await refuse(taken.port)).toMatchObject({
    status: 'failed',
    code: 'port_in_use',
    message: expect.stringMatching(/by another program/),
  });
  await taken.release();
});

test('an address that this machine does not have is named', async () => {
  expect(await refuse(await findFreePort(), '203.0.113.1')).toMatchObject({
    status: 'failed',
    code: 'cannot_listen',
    message: expect.stringContaining('203.0.113.1'),
  });
});

test('what makes no sense together fails before anything is tried', async () => {
  const gateway = createTestGateway({ settings: { host: '0.0.0.0', requireToken: false } });
  await gateway.start();
  expect(gateway.state).toMatchObject({
    status: 'failed',
    code: 'cannot_start',
    message: expect.stringMatching(/PORTSIDE_REQUIRE_TOKEN/),
  });
});
