import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { parseSse } from '../support/parse-sse.ts';
import { type CliProcess, runCli, startCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { serveSilence } from '../support/serve-foreign.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createTestGateway } from '../support/test-gateway.ts';

const DEADLINE_MS = 20_000;

/** Several `portside serve` of one user that want the same port. */
const useOnePort = async () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const port = await findFreePort();
  const home = folder.join('home');
  const args = (...more: readonly string[]) => ['serve', '--simulate', '--port', String(port), '--json', ...more];
  return {
    port,
    home,
    args,
    start: (...more: readonly string[]): CliProcess => {
      const cli = startCli(args(...more), { home });
      onTestFinished(() => cli[Symbol.asyncDispose]());
      return cli;
    },
    readInstances: (): { id: string; processId: number }[] =>
      readdirSync(path.join(home, 'instances')).map((name) =>
        JSON.parse(readFileSync(path.join(home, 'instances', name), 'utf8')),
      ),
    readHealth: async () =>
      (await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as { instance: string; bridge: string },
  };
};

/** Waits until one of them serves and all others have said whom they wait for; gives the one, then the others. */
const settle = async (processes: readonly CliProcess[]): Promise<readonly [CliProcess, ...CliProcess[]]> => {
  const first = await Promise.any(processes.map(async (each) => await each.waitForLine(DEADLINE_MS).then(() => each)));
  const others = processes.filter((each) => each !== first);
  for (const each of others) await untilWaiting(each, first);
  return [first, ...others];
};

const untilWaiting = async (waiting: CliProcess, serving: CliProcess): Promise<void> =>
  await expect
    .poll(() => waiting.stderr().split('\n'), { timeout: DEADLINE_MS })
    .toContainEqual(
      expect.stringMatching(new RegExp(`^portside: Port \\d+ is served by .*\\(process ${serving.pid}\\)`)),
    );

describe('of two that want the same port', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'one serves, and the other takes over when that one ends by %s',
    async (signal) => {
      const { start, home, readInstances, readHealth } = await useOnePort();
      const [first, second] = await settle([start(), start()]);
      expect([second?.stdout(), second?.stderr().match(/is served by/g)?.length]).toEqual(['', 1]);
      expect(second?.stderr()).toMatch(/takes over when that one goes. Ctrl\+C ends it\.\n/);
      expect(JSON.parse(first.stdout())).toMatchObject({ pid: first.pid });
      expect(await readHealth()).toMatchObject({ bridge: 'connected', instance: readInstances()[0]?.id });

      first.kill(signal);
      expect(await first.waitForExit()).toBe(signal === 'SIGKILL' ? null : 0);
      expect(JSON.parse((await second?.waitForLine(DEADLINE_MS)) ?? '')).toMatchObject({
        ...(JSON.parse(first.stdout()) as object),
        pid: second?.pid,
        simulatorUrl: expect.any(String),
      });
      // What the killed one has left is gone, too.
      expect(readInstances()).toMatchObject([{ processId: second?.pid, id: (await readHealth()).instance }]);
      expect(statSync(path.join(home, 'instances')).mode & 0o777).toBe(0o700);
    },
  );

  test('one that waits ends with code 0', async () => {
    const { start } = await useOnePort();
    const [first, second] = await settle([start(), start()]);
    second?.kill('SIGINT');
    expect(await second?.waitForExit()).toBe(0);
    expect(second?.stdout()).toBe('');
    first.kill('SIGTERM');
    expect(await first.waitForExit()).toBe(0);
  });

  test('one can be told to fail', async () => {
    const { start, args, home, port } = await useOnePort();
    await start().waitForLine(DEADLINE_MS);
    const { code, stdout, stderr } = await runCli(args('--when-served', 'fail'), { home });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`portside: Portside already serves on port ${port}`);
  });

  test('one can be told to take over: open streams end with an error, and the other one waits', async () => {
    const { args, start, home } = await useOnePort();
    await using first = await startPortside({ firstArgs: args(), args: [], home });
    await first.simulator.setScenario([{ text: 'word '.repeat(5000), chunk: 5, everyMs: 20 }]);
    const response = await first.chat({ messages: [{ role: 'user', content: 'Go' }], stream: true });
    const second = start('--when-served', 'take-over');
    const events = parseSse(await response.text());
    expect(events.length).toBeGreaterThan(1);
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ error: { type: 'service_unavailable' } });
    expect(JSON.parse(await second.waitForLine(DEADLINE_MS))).toMatchObject({
      pid: second.pid,
      baseUrl: first.baseUrl,
    });
    await untilWaiting(first, second);

    second.kill('SIGTERM');
    expect(await second.waitForExit()).toBe(0);
    await expect.poll(() => first.stderr(), { timeout: DEADLINE_MS }).toContain('This one serves again');
    await first.simulator.setScenario([{ text: 'Back again' }]);
    const answer = await first.chat({ messages: [{ role: 'user', content: 'Hi' }] });
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'Back again' } }] });
    // A program that started it has read all that it needs.
    expect(first.stdout().trim().split('\n')).toHaveLength(1);
  });
});

test('one that still asks who has the port ends with code 0', async () => {
  const { port, connections } = await serveSilence();
  await using cli = startCli(['serve', '--simulate', '--port', String(port), '--json']);
  await expect.poll(connections, { timeout: DEADLINE_MS }).toBeGreaterThan(0);
  cli.kill('SIGTERM');
  expect(await cli.waitForExit()).toBe(0);
  expect([cli.stdout(), cli.stderr()]).toEqual(['', '']);
  // Otherwise two for each try.
  expect(connections()).toBeLessThan(8);
});

describe('command line and editor', () => {
  test('wait for each other, and take over from each other', async () => {
    const { start, port, home } = await useOnePort();
    const editor = createTestGateway({
      settings: { port },
      instancesFolder: path.join(home, 'instances'),
      self: { kind: 'editor', name: 'orchard' },
    });
    await editor.start();
    const cli = start();
    await expect
      .poll(() => cli.stderr(), { timeout: DEADLINE_MS })
      .toContain(`served by the editor window "orchard" (process ${process.pid})`);
    await editor.stop('ending');
    expect(JSON.parse(await cli.waitForLine(DEADLINE_MS))).toMatchObject({ pid: cli.pid });

    const next = createTestGateway({ settings: { port }, instancesFolder: path.join(home, 'instances') });
    await next.start();
    expect(next.state).toMatchObject({ status: 'served-elsewhere', by: { kind: 'cli', processId: cli.pid } });
    await next.takeOver();
    expect(next.state.status).toBe('running');
    await expect.poll(() => cli.stderr(), { timeout: DEADLINE_MS }).toContain('served by the editor window "test"');
    // Its user wants no server: none comes up elsewhere.
    await next.stop('unwanted');
    expect(await cli.waitForExit()).toBe(0);
    expect(cli.stderr()).toMatch(/stopped by its user/);
  });
});

test('of three that want the same port one serves, and each takes over in its turn', async () => {
  const { start, readInstances } = await useOnePort();
  let processes: readonly CliProcess[] = [start(), start(), start()];
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
    const [first, ...others] = await settle(processes);
    expect(others.map((each) => each.stdout())).toEqual(others.map(() => ''));
    expect(readInstances()).toMatchObject([{ processId: first.pid }]);
    first.kill(signal);
    await first.waitForExit();
    processes = others;
  }
  expect(processes).toEqual([]);
});
