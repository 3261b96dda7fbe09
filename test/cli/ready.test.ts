import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { startCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { findBridge } from '../support/process-tree.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';

const readHealth = async (url: string): Promise<[status: number, body: unknown] | null> => {
  try {
    const response = await fetch(`${url}/health`);
    return [response.status, await response.json()];
  } catch {
    return null;
  }
};

test('with --json, stdout is one line that says all when the server is ready', async () => {
  await using portside = await startPortside();
  // Before anything else: it must be ready by now.
  expect(await readHealth(portside.url)).toMatchObject([200, { status: 'ok', bridge: 'connected' }]);
  const line: unknown = JSON.parse(portside.stdout());
  expect(line).toEqual({
    baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/v1$/),
    token: expect.stringMatching(/^\S{20,}$/),
    pid: portside.pid,
    simulatorUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
  });
  expect(findBridge(portside.pid)).toBeDefined();

  await portside.simulator.setScenario([{ text: 'Hello there' }]);
  const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }] });
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello there' } }] });
  expect((await fetch(`${portside.baseUrl}/models`)).status).toBe(401);

  expect(await portside.stop()).toBe(0);
  expect(portside.stdout()).toBe(`${JSON.stringify(line)}\n`);
});

test('the port answers while the bridge is still starting', async () => {
  const port = await findFreePort();
  await using cli = startCli(['serve', '--simulate', '--port', String(port), '--json']);
  const url = `http://127.0.0.1:${port}`;
  let health: Awaited<ReturnType<typeof readHealth>> = null;
  await expect.poll(async () => (health = await readHealth(url)), { timeout: 20_000, interval: 5 }).not.toBeNull();
  expect(health).toMatchObject([503, { status: 'degraded', bridge: 'unavailable' }]);
  expect(cli.stdout()).toBe('');
  expect(JSON.parse(await cli.waitForLine())).toMatchObject({ baseUrl: `${url}/v1`, pid: cli.pid });
  expect(await readHealth(url)).toMatchObject([200, { status: 'ok', bridge: 'connected' }]);
});

test('without --json, a person reads how to make the first request, and it works as printed', async () => {
  await using cli = startCli(['serve', '--simulate', '--port', '0']);
  await expect.poll(() => cli.stdout(), { timeout: 20_000 }).toContain('/chat/completions');
  const [baseUrl] = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(cli.stdout()) ?? [];
  const [, token] = /Authorization: Bearer (\S+)"/.exec(cli.stdout()) ?? [];
  const [, body] = /-d '([^']+)'/.exec(cli.stdout()) ?? [];
  expect(cli.stdout()).toMatch(/^ +curl /m);
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body }),
  });
  expect(await response.json()).toMatchObject({ object: 'chat.completion' });
});

test('--host and --model take effect', async () => {
  await using portside = await startPortside({
    args: ['--simulate', '--host', 'localhost', '--model', 'claude-haiku-4.5'],
  });
  expect(portside.baseUrl).toMatch(/^http:\/\/localhost:\d+\/v1$/);
  const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }], model: 'auto' });
  expect(await response.json()).toMatchObject({ model: 'claude-haiku-4.5' });
  expect((await portside.simulator.onlyRun()).model.id).toBe('claude-haiku-4.5');
});

test('--docker listens where containers reach it, and says how', async () => {
  await using portside = await startPortside({ args: ['--simulate', '--docker'] });
  const port = new URL(portside.baseUrl).port;
  expect(JSON.parse(portside.stdout())).toMatchObject({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    containerBaseUrl: `http://host.docker.internal:${port}/v1`,
  });
  const ask = async (host: string) => {
    const request = get({ host: '127.0.0.1', port, path: '/v1/models', headers: { Host: `${host}:${port}` } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  expect([await ask('host.docker.internal'), await ask('evil.example')]).toEqual([401, 403]);
  if (process.platform !== 'linux') return;
  expect(portside.stderr()).toContain('--add-host=host.docker.internal:host-gateway');
  expect(portside.stderr()).toMatch(/warn Other machines can reach this server/);
  expect(portside.stderr()).toMatch(/warn .*not encrypted/);
});

test('a person is shown the account and the warnings', async () => {
  await using simulator = await startSimulatorProcess();
  await using cli = startCli(['serve', '--port', '0', '--docker'], {
    env: { CURSOR_API_KEY: 'crsr_test', PORTSIDE_BACKEND_URL: simulator.url },
  });
  await expect.poll(() => cli.stdout(), { timeout: 20_000 }).toContain('Stop it with');
  expect(cli.stdout()).toMatch(/^ +Account +\S/m);
  expect(cli.stdout()).toMatch(/^ +In containers +http:\/\/host\.docker\.internal:\d+\/v1$/m);
  if (process.platform === 'linux') expect(cli.stdout()).toMatch(/^ +Warning: .*0\.0\.0\.0/m);
});

test('the server refuses foreign Origins', async () => {
  await using portside = await startPortside();
  const response = await portside.fetch('/v1/models', { headers: { Origin: 'https://evil.example' } });
  expect([response.status, await response.json()]).toMatchObject([403, { error: { type: 'permission_error' } }]);
});
