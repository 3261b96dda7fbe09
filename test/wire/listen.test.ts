import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { listen } from '../../src/host/listen.ts';
import { occupyPort } from '../support/free-port.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const refuse = async (port: number) => await listen(createServer(), '127.0.0.1', port);

test('a port that another Portside holds is named as such', async () => {
  await using app = await startApp(createScriptedBackend({ state: { status: 'starting', reason: null } }).backend);
  expect(await refuse(app.port)).toMatchObject({
    code: 'port_in_use',
    message: expect.stringMatching(/^Portside already serves on port/),
  });
});

test.each<[string, RequestListener]>([
  ['another HTTP server', (_request, response) => response.end('hello')],
  ['an HTTP server that speaks JSON', (_request, response) => response.end('{"status":"ok"}')],
])('a port that %s holds is another program’s', async (_name, answer) => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  expect(await refuse(port)).toMatchObject({
    code: 'port_in_use',
    message: expect.stringMatching(/by another program/),
  });
  server.close();
});

test('a port that something else than HTTP holds is another program’s', async () => {
  const taken = await occupyPort();
  expect(await refuse(taken.port)).toMatchObject({
    code: 'port_in_use',
    message: expect.stringMatching(/by another program/),
  });
  await taken.release();
});

test('an address that this machine does not have is named', async () => {
  expect(await listen(createServer(), '203.0.113.1', 0)).toMatchObject({
    code: 'cannot_listen',
    message: expect.stringContaining('203.0.113.1'),
  });
});
