import { describe, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { startCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { findDescendants, findRunning } from '../support/process-tree.ts';
import { parseSse } from '../support/parse-sse.ts';
import type { Steps } from '../support/simulator-control.ts';

const LIMIT_MS = 2000;
const TALKING: Steps = [{ text: 'word '.repeat(5000), chunk: 5, everyMs: 20 }];
const SILENT: Steps = [{ text: 'Half' }, { sleepMs: 300_000 }];

describe.each(['SIGTERM', 'SIGINT'] as const)('%s ends the server within 2 s', (signal) => {
  test.each<{ name: string; steps: Steps | null }>([
    { name: 'when nothing runs', steps: null },
    { name: 'with a stream that talks', steps: TALKING },
    { name: 'with a stream that is silent', steps: SILENT },
  ])('$name', async ({ steps }) => {
    await using portside = await startPortside();
    const messages = [{ role: 'user', content: 'Go' }];
    await portside.simulator.setScenario(steps ?? []);
    const response = steps === null ? null : await portside.chat({ messages, stream: true });
    const text = response?.text().catch(() => 'the connection broke');
    const children = findDescendants(portside.pid);
    expect(children.length).toBeGreaterThanOrEqual(2);

    const startedAt = performance.now();
    expect(await portside.stop(signal)).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    await expect.poll(() => findRunning(children), { timeout: LIMIT_MS }).toEqual([]);
    if (text !== undefined) {
      expect(JSON.parse(parseSse(await text).at(-1) ?? '')).toMatchObject({
        error: { message: expect.any(String), type: 'service_unavailable', param: null },
      });
    }
  });

  test('with a JSON answer under way', async () => {
    await using portside = await startPortside();
    await portside.simulator.setScenario(SILENT);
    const answer = portside.chat({ messages: [{ role: 'user', content: 'Go' }] });
    await expect.poll(async () => (await portside.simulator.runs()).length, { timeout: 5000 }).toBe(1);
    const startedAt = performance.now();
    expect(await portside.stop(signal)).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    const response = await answer;
    expect([response.status, await response.json()]).toMatchObject([503, { error: { type: 'service_unavailable' } }]);
  });

  test('while the bridge is still starting', async () => {
    const port = await findFreePort();
    await using cli = startCli(['serve', '--simulate', '--port', String(port), '--json']);
    const isListening = async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)) !== null;
    await expect.poll(isListening, { timeout: 20_000, interval: 5 }).toBe(true);
    const children = findDescendants(cli.pid);
    const startedAt = performance.now();
    cli.kill(signal);
    expect(await cli.waitForExit()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    await expect.poll(() => findRunning(children), { timeout: LIMIT_MS }).toEqual([]);
  });
});

test('Ctrl+C in a terminal, which reaches every process of the group, ends the server with code 0', async () => {
  await using portside = await startPortside({ isGroupLeader: true });
  const children = findDescendants(portside.pid);
  process.kill(-portside.pid, 'SIGINT');
  expect(await portside.waitForExit()).toBe(0);
  await expect.poll(() => findRunning(children), { timeout: LIMIT_MS }).toEqual([]);
});

test('a killed server takes its children with it', async () => {
  await using portside = await startPortside();
  const children = findDescendants(portside.pid);
  expect(children.length).toBeGreaterThanOrEqual(2);
  expect(await portside.stop('SIGKILL')).toBeNull();
  await expect.poll(() => findRunning(children), { timeout: 5000 }).toEqual([]);
});

describe('the simulator of --simulate', () => {
  const findSimulator = (serverPid: number): number => {
    const found = findDescendants(serverPid).find(({ commandLine }) => commandLine.includes(' simulate '));
    if (found === undefined) throw new Error('There is no simulator.');
    return found.pid;
  };

  test('takes the server with it when it dies', async () => {
    await using portside = await startPortside();
    process.kill(findSimulator(portside.serverPid), 'SIGKILL');
    expect(await portside.waitForExit()).toBe(1);
    expect(portside.stderr()).toContain('portside: The simulator has ended.');
    expect(portside.stderr()).not.toMatch(/^ {4}at /m);
  });

  test('does not hold up the end when it hangs', async () => {
    await using portside = await startPortside();
    const simulator = findSimulator(portside.serverPid);
    process.kill(simulator, 'SIGSTOP');
    const startedAt = performance.now();
    expect(await portside.stop()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    await expect.poll(() => findDescendants(process.pid).some(({ pid }) => pid === simulator)).toBe(false);
  });
});
