import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { startCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

test('simulate takes a port and a scenario, and serves a server that was started apart', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('scenario.json');
  writeFileSync(file, JSON.stringify({ rules: [{ when: { prompt: 'name' }, then: [{ text: 'Ada' }] }] }));
  const port = await findFreePort();

  await using simulator = startCli(['simulate', '--port', String(port), '--scenario', file]);
  const url = `http://127.0.0.1:${port}`;
  await expect.poll(() => simulator.stdout(), { timeout: 20_000 }).toContain(url);

  await using portside = await startPortside({
    args: [],
    simulatorUrl: url,
    env: { CURSOR_API_KEY: 'crsr_any', PORTSIDE_BACKEND_URL: url },
  });
  const response = await portside.chat({ messages: [{ role: 'user', content: 'Your name?' }] });
  expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Ada' } }] });
  expect(await portside.simulator.onlyRun()).toMatchObject({ prompt: 'Your name?', status: 'finished' });
  expect(await portside.stop()).toBe(0);
  simulator.kill('SIGTERM');
  expect(await simulator.waitForExit()).toBe(0);
});

test('serve --simulate plays a scenario', async () => {
  using folder = createTemporaryFolder();
  const file = folder.join('scenario.json');
  writeFileSync(
    file,
    JSON.stringify({ rules: [{ times: 1, then: [{ text: 'once' }] }, { then: [{ text: 'again' }] }] }),
  );
  await using portside = await startPortside({ args: ['--simulate', '--scenario', file] });
  for (const content of ['once', 'again', 'again']) {
    const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }] });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content } }] });
  }
});

describe('the simulator answers this machine alone', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => {
    simulator = await startSimulatorProcess();
  });
  afterAll(() => simulator[Symbol.asyncDispose]());

  /** `fetch` would not send another Host. */
  const readStatus = async (method: string, path: string, headers: Record<string, string>): Promise<number> => {
    const { port } = new URL(simulator.url);
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }).end(
      method === 'PUT' ? '{}' : undefined,
    );
    const [response] = await once(sent, 'response');
    response.resume();
    return response.statusCode;
  };
  const paths = [
    ['GET', '/_simulator/runs'],
    ['GET', '/_simulator/calls'],
    ['PUT', '/_simulator/scenario'],
    ['GET', '/v1/models'],
    ['POST', '/auth/exchange_user_api_key'],
  ] as const;

  test.each<{ name: string; headers: Record<string, string>; isRefused: boolean }>([
    { name: 'another Host', headers: { Host: 'evil.example' }, isRefused: true },
    { name: 'a Host that only begins like ours', headers: { Host: '127.0.0.1.evil.example:80' }, isRefused: true },
    { name: 'a foreign Origin', headers: { Origin: 'https://evil.example' }, isRefused: true },
    { name: 'an opaque Origin', headers: { Origin: 'null' }, isRefused: true },
    { name: 'localhost', headers: { Host: 'localhost:1' }, isRefused: false },
    { name: 'a page of this machine', headers: { Origin: 'http://localhost:3000' }, isRefused: false },
  ])('$name', async ({ headers, isRefused }) => {
    const authorization = { Authorization: 'Bearer crsr_any' };
    for (const [method, path] of paths) {
      const status = await readStatus(method, path, { ...authorization, ...headers });
      expect(status, `${method} ${path}`).toBe(isRefused ? 403 : 200);
    }
  });
});
