import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canOpenBrowser } from '../../src/cli/auth/open-browser.ts';
import { CLI_FILE, runCli } from '../support/portside-cli.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** Gives a program a terminal; part of util-linux, with other options elsewhere. */
const SCRIPT = '/usr/bin/script';
const hasTerminal = process.platform === 'linux' && existsSync(SCRIPT);

test.each([
  ['a desktop', { DISPLAY: ':0' }, 'linux', true, true],
  ['a desktop with Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true, true],
  ['a Linux without one', {}, 'linux', true, false],
  ['a Mac', {}, 'darwin', true, true],
  ['Windows', {}, 'win32', true, true],
  ['no terminal', { DISPLAY: ':0' }, 'linux', false, false],
  ['a connection by SSH', { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'linux', true, false],
  ['a connection by SSH to a Mac', { SSH_TTY: '/dev/ttys001' }, 'darwin', true, false],
] as const)('%s: the browser is opened or not', (_name, environment, platform, isTerminal, expected) => {
  expect(canOpenBrowser({ platform, environment, isTerminal })).toBe(expected);
});

describe.runIf(hasTerminal)('at a terminal', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => {
    simulator = await startSimulatorProcess();
  });
  afterAll(() => simulator[Symbol.asyncDispose]());

  const createUser = () => {
    const folder = createTemporaryFolder();
    onTestFinished(() => folder.remove());
    const programs = folder.join('bin');
    const opened = folder.join('opened');
    mkdirSync(programs);
    writeFileSync(path.join(programs, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\n`);
    chmodSync(path.join(programs, 'xdg-open'), 0o755);
    const globalStorage = folder.join('Cursor', 'User', 'globalStorage');
    mkdirSync(globalStorage, { recursive: true });
    const database = new DatabaseSync(path.join(globalStorage, 'state.vscdb'));
    database.exec('CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)');
    const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
    insert.run('cursorAuth/accessToken', 'simulator_session_editor_ada');
    insert.run('cursorAuth/cachedEmail', 'ada@simulator.invalid');
    database.close();
    const env = {
      PATH: `${programs}:${process.env['PATH']}`,
      HOME: folder.path,
      DISPLAY: ':0',
      PORTSIDE_HOME: folder.join('home'),
      PORTSIDE_BACKEND_URL: simulator.url,
      PORTSIDE_CURSOR_DATA_FOLDER: folder.join('Cursor', 'User'),
    };
    const accounts = async () => {
      const { stdout } = await runCli(['auth', 'status', '--json'], { home: env.PORTSIDE_HOME, env });
      return (JSON.parse(stdout) as { accounts: { name: string }[] }).accounts.map(({ name }) => name);
    };
    return { folder, env, opened, accounts };
  };

  /** A run of `portside auth login` at a terminal. */
  const startLogin = (args: string, { folder, env }: ReturnType<typeof createUser>) => {
    const child = spawn(SCRIPT, ['-qec', `'${process.execPath}' '${CLI_FILE}' auth login ${args}`, '/dev/null'], {
      cwd: folder.path,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const closed = once(child, 'close') as Promise<[number | null]>;
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await closed;
    });
    return {
      output: () => output,
      sees: (words: string | RegExp) => expect.poll(() => output, { timeout: 20_000, interval: 20 }).toMatch(words),
      types: (keys: string) => void child.stdin.write(keys),
      exitCode: async () => (await closed)[0],
    };
  };

  test('the page is opened in the browser', async () => {
    const user = createUser();
    const login = startLogin('', user);
    await login.sees(/Signed in to Cursor as person/);
    expect(await login.exitCode()).toBe(0);
    expect(login.output()).toContain('Your browser opens this page to sign in to Cursor:');
    const [page] = readFileSync(user.opened, 'utf8').split('\n');
    expect(page).toMatch(/\/loginDeepControl\?.*&.*challenge=|\/loginDeepControl\?challenge=.*&/);
    expect(login.output()).toContain(`  ${page}\r\n`);
  });

  test.each([
    ['y\r', 0, /Signed in to Cursor as ada@simulator\.invalid/, ['editor-ada@simulator.invalid']],
    ['\r', 1, /Nothing was changed/, []],
    ['maybe\r', 1, /Nothing was changed/, []],
    ['\u0004', 1, /Nothing was changed/, []],
    ['\u0003', 130, /Cancelled/, []],
  ] as const)('%j answers whether Portside may use the account', async (keys, code, words, expected) => {
    const user = createUser();
    const login = startLogin('--from-editor', user);
    await login.sees(/key for the Cursor account ada@simulator\.invalid, called "Portside on .*\[y\/N\] /s);
    login.types(keys);
    await login.sees(words);
    expect(await login.exitCode()).toBe(code);
    expect(await user.accounts()).toEqual(expected);
  });

  test.each(['', '2> errors', '> answer'])('a key is not shown while it is typed (%j)', async (redirection) => {
    const user = createUser();
    const login = startLogin(`--api-key ${redirection}`, user);
    await login.sees(/Cursor API key \(it is not shown\): /);
    login.types('crsr_ada_1234567\r');
    expect(await login.exitCode()).toBe(0);
    expect(login.output()).not.toContain('crsr_');
    expect(await user.accounts()).toEqual(['key-ada@simulator.invalid']);
  });
});
