import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AccountInfo } from '../../src/core/account.ts';
import type { MintedKey } from '../../src/simulator/accounts.ts';
import { startChild } from '../support/child-process.ts';
import { findFreePort } from '../support/free-port.ts';
import { CLI_FILE, type CliOptions, runCli, startCli } from '../support/portside-cli.ts';
import { startPortside } from '../support/portside-process.ts';
import { findBridge } from '../support/process-tree.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const DAY = 24 * 60 * 60 * 1000;

let simulator: SimulatorProcess;
beforeAll(async () => {
  simulator = await startSimulatorProcess();
});
afterAll(() => simulator[Symbol.asyncDispose]());

const mintedKeys = async (): Promise<readonly MintedKey[]> =>
  (await (await fetch(`${simulator.url}/_simulator/keys`)).json()) as readonly MintedKey[];

/** A user with a home of their own, who calls `portside auth` one time after the other. */
const createUser = (env: NodeJS.ProcessEnv = {}) => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const home = folder.join('home');
  const options: CliOptions = {
    home,
    env: { PORTSIDE_BACKEND_URL: simulator.url, XDG_CONFIG_HOME: undefined, HOME: folder.join('nobody'), ...env },
  };
  const auth = async (args: readonly string[], extra: NodeJS.ProcessEnv = {}) => {
    const result = await runCli(['auth', ...args], { ...options, env: { ...options.env, ...extra } });
    expect(result.stdout + result.stderr).not.toMatch(/crsr_\w{4}|simulator_session|^\s+at \S/m);
    return result;
  };
  /** With something on its standard input. */
  const authWithInput = async (input: string, args: readonly string[]) => {
    const result = await runCli(['auth', ...args], {
      ...options,
      command: ['/bin/sh', '-c', 'printf %s "$INPUT" | "$0" "$@"', process.execPath, CLI_FILE],
      env: { ...options.env, INPUT: input },
    });
    expect(result.stdout + result.stderr).not.toMatch(/crsr_\w{4}/);
    return result;
  };
  return {
    folder,
    home,
    options,
    auth,
    authWithInput,
    accounts: async () => (await status(auth)).accounts.map(({ name, status: state }) => `${name}: ${state}`),
  };
};

interface StatusLine {
  readonly accounts: readonly AccountInfo[];
  readonly editor: { readonly status: string; readonly email: string | null };
}

const status = async (auth: ReturnType<typeof createUser>['auth']): Promise<StatusLine> =>
  JSON.parse((await auth(['status', '--json'])).stdout) as StatusLine;

/** A state.vscdb that another process holds open and goes on writing to, as Cursor does; gives the folder to configure. */
const startEditor = async (folder: string, sessionToken: string, email: string): Promise<string> => {
  const user = path.join(folder, 'Cursor', 'User');
  mkdirSync(path.join(user, 'globalStorage'), { recursive: true });
  const values = {
    'cursorAuth/accessToken': sessionToken,
    'cursorAuth/cachedEmail': email,
  };
  const script = path.join(import.meta.dirname, '../unit/credentials/accounts/hold-state-database.ts');
  const file = path.join(user, 'globalStorage', 'state.vscdb');
  const editor = startChild({
    args: ['--no-warnings', script, file, 'WAL', 'NORMAL', JSON.stringify(values), 'writing'],
    cwd: folder,
    env: process.env,
  });
  onTestFinished(() => editor[Symbol.asyncDispose]());
  await editor.waitForLine();
  return user;
};

describe('signing in with the browser', () => {
  test('gives a named key of 90 days, kept in a private file, that requests run on until the sign-out', async () => {
    const { home, options, auth } = createUser();
    const before = Date.now();
    const login = await auth(['login', '--no-browser']);
    expect(login).toMatchObject({
      code: 0,
      stdout:
        'Signed in to Cursor as person@simulator.invalid. The account is called "browser-person@simulator.invalid".\n',
    });
    expect(login.stderr).toContain(`Open this page in a browser to sign in to Cursor:\n\n  ${simulator.url}/loginDeep`);
    const minted = (await mintedKeys()).at(-1);
    expect(minted).toMatchObject({ name: `Portside on ${hostname()}`, createdBy: 'browser' });
    expect(minted?.expiresAt).toBeGreaterThanOrEqual(before + 90 * DAY);
    expect(minted?.expiresAt).toBeLessThanOrEqual(Date.now() + 90 * DAY);
    expect([home, path.join(home, 'accounts.json')].map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual([
      '700',
      '600',
    ]);

    expect(await status(auth)).toEqual({
      accounts: [
        {
          name: 'browser-person@simulator.invalid',
          source: 'browser',
          email: 'person@simulator.invalid',
          plan: null,
          expiresAt: minted?.expiresAt,
          status: 'ready',
          isDefault: true,
        },
      ],
      editor: { status: 'not-found', email: null },
    });

    {
      await using portside = await startPortside({ ...options, args: [], simulatorUrl: simulator.url });
      const response = await portside.chat({ messages: [{ role: 'user', content: 'Hello' }] });
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"content"')]);
      expect(await portside.stop()).toBe(0);
    }

    expect(await auth(['logout'])).toMatchObject({
      code: 0,
      stdout: 'Signed out of "browser-person@simulator.invalid".\n',
      stderr: expect.stringMatching(/until you delete it in the Cursor Dashboard/),
    });
    expect(readFileSync(path.join(home, 'accounts.json'), 'utf8')).not.toContain('crsr_');
    expect(await auth(['logout'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/not signed in to Cursor/) });
  });

  test('once more renews the account; a name makes another one', async () => {
    const { auth, accounts } = createUser();
    for (const args of [[], [], ['--name', 'My work']]) {
      expect((await auth(['login', '--no-browser', ...args])).code).toBe(0);
    }
    expect(await accounts()).toEqual(['browser-person@simulator.invalid: ready', 'My work: ready']);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s cancels it, and leaves nothing', async (signal) => {
    // Nobody ever signs in at this one.
    const cursor = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    }).listen(0, '127.0.0.1');
    await once(cursor, 'listening');
    onTestFinished(() => void cursor.close());
    const url = `http://127.0.0.1:${(cursor.address() as AddressInfo).port}`;
    const { options, auth } = createUser({ PORTSIDE_BACKEND_URL: url });
    await using cli = startCli(['auth', 'login'], options);
    await expect.poll(() => cli.stderr(), { timeout: 20_000 }).toContain(`${url}/loginDeepControl?`);
    const bridge = findBridge(cli.pid);
    expect(bridge).toBeDefined();
    cli.kill(signal);
    expect(await cli.waitForExit()).toBe(130);
    expect(cli.stderr()).toMatch(/\nportside: Cancelled\.\n$/);
    expect(cli.stdout()).toBe('');
    expect(() => process.kill(bridge?.pid ?? 0, 0)).toThrow(/ESRCH/);
    expect(await status(auth)).toMatchObject({ accounts: [] });
  });

  test('a refusal of the key is told, and nothing is stored', async () => {
    const { auth } = createUser();
    await fetch(`${simulator.url}/_simulator/deny-next-key`, { method: 'POST' });
    expect(await auth(['login'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/portside: You signed in, but Cursor makes no API key for this account/),
    });
    expect(await status(auth)).toMatchObject({ accounts: [] });
  });
});

describe('taking over the sign-in of the editor', () => {
  test('needs consent, and then makes a key', async () => {
    const { folder, home, auth } = createUser();
    const PORTSIDE_CURSOR_DATA_FOLDER = await startEditor(
      folder.path,
      'simulator_session_editor_ada',
      'ada@simulator.invalid',
    );
    const count = (await mintedKeys()).length;
    const found = JSON.parse((await auth(['status', '--json'], { PORTSIDE_CURSOR_DATA_FOLDER })).stdout) as StatusLine;
    expect(found).toEqual({ accounts: [], editor: { status: 'signed-in', email: 'ada@simulator.invalid' } });

    expect(await auth(['login', '--from-editor'], { PORTSIDE_CURSOR_DATA_FOLDER })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/the Cursor account ada@simulator\.invalid.*--yes/),
    });
    // Looking and asking are no reason to send the token anywhere.
    expect(await mintedKeys()).toHaveLength(count);

    expect(await auth(['login', '--from-editor', '--yes'], { PORTSIDE_CURSOR_DATA_FOLDER })).toMatchObject({
      code: 0,
      stdout: 'Signed in to Cursor as ada@simulator.invalid. The account is called "editor-ada@simulator.invalid".\n',
    });
    expect((await mintedKeys()).slice(count)).toMatchObject([
      { name: `Portside on ${hostname()}`, email: 'ada@simulator.invalid', createdBy: 'session' },
    ]);
    const shown = await auth(['status'], { PORTSIDE_CURSOR_DATA_FOLDER });
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /\* editor-ada@simulator\.invalid: from the Cursor editor, ada@simulator\.invalid, plan plan-\d+, ready, until 20\d\d-/,
      ),
    });
    expect(shown.stdout).toMatch(
      /Cursor editor +signed in as ada@simulator\.invalid \(plan-\d+\): portside auth login --from-editor\n/,
    );
    expect(readFileSync(path.join(home, 'accounts.json'), 'utf8')).not.toContain('simulator_session');
  });

  test('leads to the browser where Cursor refuses', async () => {
    const { folder, auth } = createUser();
    const PORTSIDE_CURSOR_DATA_FOLDER = await startEditor(folder.path, 'simulator_session_refused', 'ada@example.com');
    expect(await auth(['login', '--from-editor', '--yes'], { PORTSIDE_CURSOR_DATA_FOLDER })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^portside: Cursor does not make a key for the editor's sign-in\. Cursor says: .*`portside auth login`\.\n$/,
      ),
    });
    expect(await status(auth)).toMatchObject({ accounts: [] });
  });

  test('leads to the browser where there is no editor', async () => {
    const { auth } = createUser();
    expect(await auth(['login', '--from-editor', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/was not found on this machine: .*state\.vscdb\. Sign in with the browser instead/),
    });
  });
});

describe('giving an API key', () => {
  test('on standard input: Cursor is asked whose it is', async () => {
    const { home, auth, authWithInput } = createUser();
    expect(await authWithInput('  crsr_ada_1234567\n', ['login', '--api-key', '--name', 'Ada’s'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/name of an account/),
    });
    expect(await authWithInput('  crsr_ada_1234567\n', ['login', '--api-key'])).toMatchObject({
      code: 0,
      stdout: 'Signed in to Cursor as ada@simulator.invalid. The account is called "key-ada@simulator.invalid".\n',
      stderr: '',
    });
    expect(await status(auth)).toMatchObject({
      accounts: [{ source: 'key', email: 'ada@simulator.invalid', expiresAt: null, status: 'ready' }],
    });
    expect(readFileSync(path.join(home, 'accounts.json'), 'utf8')).toContain('"crsr_ada_1234567"');
  });

  test.each([
    ['nothing', '', 2, /expected on standard input/],
    ['two words', 'crsr_a crsr_b', 2, /expected on standard input/],
    ['far too much', 'x'.repeat(100_000), 1, /too long/],
    [
      'one that Cursor refuses',
      'crsr_invalid',
      1,
      /Cursor refused this key.*not stored\. Cursor says: Invalid API key\.$/m,
    ],
  ])('%s is refused and not stored', async (_what, input, code, words) => {
    const { auth, authWithInput } = createUser();
    expect(await authWithInput(input, ['login', '--api-key'])).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringMatching(words),
    });
    expect(await status(auth)).toMatchObject({ accounts: [] });
  });

  test('is stored all the same where Cursor cannot be reached', async () => {
    const { auth, authWithInput } = createUser({ PORTSIDE_BACKEND_URL: `http://127.0.0.1:${await findFreePort()}` });
    expect(await authWithInput('crsr_ada_1234567', ['login', '--api-key'])).toMatchObject({
      code: 0,
      stdout: 'Signed in to Cursor. The account is called "key".\n',
      stderr: expect.stringMatching(/^Cursor could not be asked whose key this is\./m),
    });
    expect(await auth(['status'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\* key: from an API key, ready\n/),
      stderr: expect.stringMatching(/^Cursor could not be asked about the account "key"\./m),
    });
  });
});

describe('the state of the accounts', () => {
  test('with none, every way to get one is shown and the exit code is 1', async () => {
    const { auth } = createUser();
    const { code, stdout, stderr } = await auth(['status']);
    expect([code, stderr]).toEqual([1, '']);
    for (const words of [
      /^Portside is not signed in to Cursor\.$/m,
      /Cursor editor +not found \(.*state\.vscdb\); PORTSIDE_CURSOR_DATA_FOLDER names another folder/,
      /Browser +portside auth login$/m,
      /API key +portside auth login --api-key$/m,
      /Environment +CURSOR_API_KEY is not set$/m,
    ]) {
      expect(stdout).toMatch(words);
    }
  });

  test.each(['CURSOR_API_KEY', 'CURSORPIPE_API_KEY'])('a key in %s is an account', async (variable) => {
    const { auth } = createUser({ [variable]: 'crsr_ada_1234567' });
    expect(await status(auth)).toMatchObject({
      accounts: [{ name: 'environment', source: 'environment', email: 'ada@simulator.invalid', isDefault: true }],
    });
    expect(await auth(['status'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/CURSOR_API_KEY is set/) });
    expect(await auth(['logout'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/variable CURSOR_API_KEY/) });
    expect(await auth(['logout', '--all'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/no account/) });
  });

  test('a key that Cursor does not accept any more is shown with its remedy, and the exit code is 1', async () => {
    const { auth, accounts } = createUser();
    expect((await auth(['login'])).code).toBe(0);
    expect((await auth(['status'])).code).toBe(0);
    await fetch(`${simulator.url}/_simulator/expire-keys`, { method: 'POST' });
    expect(await auth(['status'])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/invalid, refused, until .*\n +Sign in again: .*`portside auth login`\.\n/),
    });
    expect(await accounts()).toEqual(['browser-person@simulator.invalid: refused']);
    expect((await auth(['login'])).code).toBe(0);
    expect(await auth(['status'])).toMatchObject({ code: 0 });
  });

  test('one is chosen, all are signed out of', async () => {
    const { auth, authWithInput, accounts } = createUser({ CURSOR_API_KEY: 'crsr_env_1234567' });
    await authWithInput('crsr_ada_1234567', ['login', '--api-key', '--name', 'ada']);
    expect(await authWithInput('crsr_eve_1234567', ['login', '--api-key', '--name', 'eve'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Requests use another account unless they name this one/),
    });
    expect(await accounts()).toEqual(['ada: ready', 'eve: ready', 'environment: ready']);
    expect(await auth(['use', 'environment'])).toMatchObject({ code: 0, stderr: '' });
    expect(await accounts()).toEqual(['environment: ready', 'ada: ready', 'eve: ready']);
    expect(await auth(['use', 'eve'])).toMatchObject({ code: 0 });
    expect(await accounts()).toEqual(['eve: ready', 'ada: ready', 'environment: ready']);
    expect(await auth(['use', 'Eve'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/no account "Eve"/) });
    expect(await auth(['logout', 'Eve'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/no account "Eve"/) });
    expect((await auth(['logout', '--all'])).stdout).toBe('Signed out of "eve".\nSigned out of "ada".\n');
    expect(await accounts()).toEqual(['environment: ready']);
  });

  test('a damaged file is moved aside and said to be', async () => {
    const { home, auth } = createUser();
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(path.join(home, 'accounts.json'), 'not JSON');
    expect(await auth(['status'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/warn The Cursor accounts in .*accounts\.json are lost.*accounts\.json\.damaged/),
    });
    expect(readFileSync(path.join(home, 'accounts.json.damaged'), 'utf8')).toBe('not JSON');
  });
});

describe('a wrong call', () => {
  test.each([
    [['login', '--from-editor', '--api-key'], /Choose one/],
    [['login', '--yes'], /--yes needs --from-editor/],
    [['login', '--name', ''], /--name: it is empty/],
    [['login', '--api-key', 'crsr'], /too many arguments/],
    [['logout', 'it', '--all'], /not both/],
    [['use'], /missing required argument/],
    [['sign-in'], /unknown command/],
  ])('%j is answered with a sentence and code 2', async (args, words) => {
    expect(await createUser().auth(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) });
  });

  test('a variable that is wrong is named', async () => {
    expect(await createUser({ PORTSIDE_BACKEND_URL: 'nowhere' }).auth(['status'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/PORTSIDE_BACKEND_URL: "nowhere" is not valid/),
    });
  });
});
