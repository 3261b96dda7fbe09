import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { CLI_FILE, runCli } from '../support/portside-cli.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** Gives a program a terminal; part of util-linux, with other options elsewhere. */
const SCRIPT = '/usr/bin/script';
const hasTerminal = process.platform === 'linux' && existsSync(SCRIPT);

describe.runIf(hasTerminal)('at a terminal', () => {
  const startWrite = async () => {
    const folder = createTemporaryFolder({ isScanned: false });
    const command = `'${process.execPath}' '${CLI_FILE}' connect opencode --write`;
    const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
      cwd: folder.path,
      env: {
        PATH: process.env['PATH'],
        HOME: folder.path,
        PORTSIDE_HOME: folder.join('home'),
        PORTSIDE_PORT: String(await findFreePort()),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const closed = once(child, 'close') as Promise<[number | null]>;
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await closed;
      folder.remove();
    });
    return {
      output: () => output,
      sees: (words: RegExp) => expect.poll(() => output, { timeout: 20_000, interval: 20 }).toMatch(words),
      types: (keys: string) => void child.stdin.write(keys),
      exitCode: async () => (await closed)[0],
      tokens: async () => {
        const { stdout } = await runCli(['token', 'list', '--json'], { home: folder.join('home') });
        return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
      },
      isWritten: () => existsSync(folder.join('.config', 'opencode', 'opencode.json')),
    };
  };

  test.each([
    ['y\r', 0, /opencode\.json is written\./, true],
    ['\r', 1, /Nothing was written\./, false],
    ['\u0004', 1, /Nothing was written\./, false],
    ['\u0003', 130, /Cancelled/, false],
  ] as const)('%j answers whether the file may be written', async (keys, code, words, isWritten) => {
    const run = await startWrite();
    await run.sees(/\+ +"apiKey": "portside_•+".*Write this\? \[y\/N\] /s);
    expect(run.isWritten()).toBe(false);
    run.types(keys);
    await run.sees(words);
    expect(await run.exitCode()).toBe(code);
    expect(run.isWritten()).toBe(isWritten);
    expect(await run.tokens()).toEqual(isWritten ? ['OpenCode'] : []);
    expect(run.output()).not.toMatch(/portside_[\w-]{43}/);
  });
});
