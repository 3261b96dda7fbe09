import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openServeTokens } from '../../src/cli/serve-tokens.ts';
import type { AccessTokenInfo } from '../../src/core/access-token.ts';
import type { Logger } from '../../src/core/logger.ts';
import { generateAccessToken } from '../../src/credentials/access-token.ts';
import { openAccessTokens } from '../../src/host/open-access-tokens.ts';
import { createMemoryLogger } from '../support/memory-logger.ts';
import { CLI_FILE, runCli } from '../support/portside-cli.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = /^portside_[\w-]{43}$/;

/** `portside token …` on a home of its own. */
const openHome = () => {
  const folder = createTemporaryFolder();
  const home = folder.join('user', 'home');
  const run = (...args: readonly string[]) => runCli(['token', ...args], { home });
  return {
    home,
    run,
    /** Runs to a good end; gives stdout without its last line feed. */
    async get(...args: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^portside:|Error/m)]);
      return stdout.replace(/\n$/, '');
    },
    /** What a server on this home makes of a token. */
    async check(token: string): Promise<string> {
      const tokens = openAccessTokens({ folder: home, logger: createMemoryLogger(), ownToken: null });
      try {
        return (await tokens.check(token)).status;
      } finally {
        tokens.close();
      }
    },
    /** How many tokens there are. */
    count(): number {
      const tokens = openAccessTokens({ folder: home, logger: createMemoryLogger(), ownToken: null });
      try {
        return tokens.list().length;
      } finally {
        tokens.close();
      }
    },
    [Symbol.dispose]: folder.remove,
  };
};

test('a token is made, listed without itself, and revoked', async () => {
  using home = openHome();
  expect(await home.get('list')).toMatch(/no access tokens yet/);
  expect(await home.get('list', '--json')).toBe('[]');

  const plain = await home.run('create', 'ci');
  expect(plain).toMatchObject({ code: 0, stderr: expect.stringMatching(/^It is not shown again\..*x-api-key/) });
  const token = plain.stdout.trimEnd();
  expect(token).toMatch(TOKEN);

  const limits = ['--expires', '2100-01-01', '--account', 'work', '--models', 'gpt-5, composer-2.5'];
  const line = await home.get('create', 'Mein Laptop', '--json', ...limits, '--requests-per-minute', '10');
  expect(line).not.toContain('\n');
  const made = JSON.parse(line) as AccessTokenInfo & { token: string };
  expect(Object.keys(made)).toEqual([
    'id',
    'name',
    'token',
    'createdAt',
    'expiresAt',
    'account',
    'models',
    'requestsPerMinute',
  ]);
  expect(made).toMatchObject({
    id: expect.stringMatching(/^tok_/),
    name: 'Mein Laptop',
    token: expect.stringMatching(TOKEN),
    expiresAt: Date.UTC(2100, 0, 1),
    account: 'work',
    models: ['gpt-5', 'composer-2.5'],
    requestsPerMinute: 10,
  });
  expect(Math.abs(Date.now() - made.createdAt)).toBeLessThan(60_000);
  expect([await home.check(token), await home.check(made.token)]).toEqual(['accepted', 'accepted']);

  const listed = JSON.parse(await home.get('list', '--json')) as AccessTokenInfo[];
  expect(listed).toMatchObject([
    { name: 'ci', requestCount: 1 },
    { name: 'Mein Laptop', id: made.id },
  ]);
  const table = await home.get('list');
  const lines = table.split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^NAME +ID +CREATED +LAST USED +REQUESTS +EXPIRES +ACCOUNT +MODELS +PER MINUTE$/);
  expect(lines[2]).toMatch(/^Mein Laptop +tok_\w+ .* work +gpt-5,composer-2\.5 +10$/);
  for (const title of ['ID', 'CREATED', 'LAST USED', 'REQUESTS']) {
    const column = lines[0]?.indexOf(title) ?? -1;
    for (const each of lines) expect(each.slice(column - 1, column + 1)).toMatch(/^ \S$/);
  }
  for (const secret of [token, made.token]) expect(JSON.stringify(listed) + table).not.toContain(secret);

  expect(await home.get('revoke', 'CI')).toContain('"ci"');
  expect(await home.get('revoke', made.id)).toContain('"Mein Laptop"');
  expect([await home.check(token), await home.check(made.token)]).toEqual(['unknown', 'unknown']);
  expect(await home.get('list', '--json')).toBe('[]');
});

test('the default token is replaced in the file and in the store', async () => {
  using home = openHome();
  const first = await home.get('rotate');
  expect(readFileSync(path.join(home.home, 'access-token'), 'utf8')).toBe(`${first}\n`);
  const second = await home.get('rotate');
  expect(second).toMatch(TOKEN);
  expect(readFileSync(path.join(home.home, 'access-token'), 'utf8')).toBe(`${second}\n`);
  expect([await home.check(first), await home.check(second)]).toEqual(['unknown', 'accepted']);
  expect(JSON.parse(await home.get('list', '--json'))).toMatchObject([{ id: 'default', name: 'default' }]);
});

test('a token that is replaced while a server starts is the one that counts there', async () => {
  using home = openHome();
  const before = await home.get('rotate');
  const after = generateAccessToken();
  writeFileSync(path.join(home.home, 'access-tokens.db'), 'This is no database at all. '.repeat(100));
  const logger: Logger = {
    ...createMemoryLogger(),
    // That the damaged file is lost is told between the first look at the token and its use.
    warn() {
      writeFileSync(path.join(home.home, 'access-token'), after);
      const others = openAccessTokens({ folder: home.home, logger: createMemoryLogger(), ownToken: null });
      others.setDefault(after);
      others.close();
    },
  };
  const { tokens, readShown } = await openServeTokens({ home: home.home, ownToken: null }, logger);
  tokens.close();
  expect(await readShown()).toBe(after);
  expect([await home.check(before), await home.check(after)]).toEqual(['unknown', 'accepted']);
});

describe('when a token expires', () => {
  test.each([
    ['12h', 12 * 3_600_000],
    ['30d', 30 * 86_400_000],
    ['4w', 28 * 86_400_000],
  ])('%s', async (time, milliseconds) => {
    using home = openHome();
    const { createdAt, expiresAt } = JSON.parse(await home.get('create', 'a', '--json', '--expires', time)) as {
      createdAt: number;
      expiresAt: number;
    };
    expect(Math.abs(expiresAt - createdAt - milliseconds)).toBeLessThan(1000);
  });

  test.each([
    ['2100-06-01', '2100-06-01T00:00:00Z'],
    ['2100-06-01T12:30:00+02:00', '2100-06-01T10:30:00Z'],
    ['2100-06-01T12:30:00Z', '2100-06-01T12:30:00Z'],
  ])('%s', async (time, moment) => {
    using home = openHome();
    const line = await home.get('create', 'a', '--json', `--expires=${time}`);
    expect(JSON.parse(line)).toMatchObject({ expiresAt: Date.parse(moment) });
  });
});

describe('a failure is a sentence', () => {
  test.each<{ args: readonly string[]; code: number; says: RegExp }>([
    { args: [], code: 2, says: /Usage: portside token/ },
    { args: ['create'], code: 2, says: /missing required argument 'name'/ },
    { args: ['create', 'a', 'b'], code: 2, says: /too many arguments/ },
    { args: ['create', ''], code: 2, says: /1 to 64 printable characters/ },
    { args: ['create', 'default'], code: 2, says: /reserved/ },
    ...['', 'soon', '0d', '5m', '2100-13-01', '2100-02-30', '99999999d', '1700000000'].map((time) => ({
      args: ['create', 'a', `--expires=${time}`],
      code: 2,
      says: /--expires takes/,
    })),
    { args: ['create', 'a', '--expires', '2020-01-01'], code: 2, says: /in the future/ },
    ...['0', '-1', '1.5', 'many', ''].map((rate) => ({
      args: ['create', 'a', `--requests-per-minute=${rate}`],
      code: 2,
      says: /--requests-per-minute takes/,
    })),
    { args: ['create', 'a', '--models', 'gpt-5,,x'], code: 2, says: /models/ },
    { args: ['create', 'a', '--models='], code: 2, says: /models/ },
    { args: ['create', 'a', '--account= '], code: 2, says: /account is empty/ },
    { args: ['create', 'TAKEN'], code: 1, says: /There is an access token "TAKEN" already/ },
    { args: ['revoke'], code: 2, says: /missing required argument/ },
    { args: ['revoke', 'nobody'], code: 1, says: /There is no access token "nobody"/ },
    { args: ['revoke', 'default'], code: 1, says: /cannot be revoked, only replaced: `portside token rotate`/ },
    { args: ['list', 'all'], code: 2, says: /too many arguments/ },
  ])('token $args', async ({ args, code, says }) => {
    using home = openHome();
    const tokens = openAccessTokens({ folder: home.home, logger: createMemoryLogger(), ownToken: null });
    tokens.setDefault('portside_default');
    tokens.create('taken');
    tokens.close();
    const result = await home.run(...args);
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(result.stderr).not.toMatch(/^\s+at \S|node:internal|Error:/m);
    expect(home.count()).toBe(2);
  });

  test.each<[name: string, spoil: (home: string) => void, args: readonly string[], says: RegExp]>([
    ['a home that is a file', (home) => writeFileSync(home, ''), ['list'], /cannot be used/],
    ['a home that is a file', (home) => writeFileSync(home, ''), ['rotate'], /cannot be used as the folder for state/],
    [
      'tokens of a later version',
      (home) => {
        mkdirSync(home);
        const database = new DatabaseSync(path.join(home, 'access-tokens.db'));
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
      // A token that is kept in memory would be shown and never work.
      ['create', 'a'],
      /later version of Portside/,
    ],
  ])('%s: %s', async (_name, spoil, args, says) => {
    using home = openHome();
    mkdirSync(path.dirname(home.home));
    spoil(home.home);
    expect(await home.run(...args)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(says) });
  });

  test('damaged tokens are moved aside with a warning', async () => {
    using home = openHome();
    mkdirSync(home.home, { recursive: true });
    writeFileSync(path.join(home.home, 'access-tokens.db'), 'This is no database at all. '.repeat(100));
    const { code, stderr } = await home.run('create', 'a');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/ warn The access tokens in .* are lost/)]);
    expect(readdirSync(home.home)).toContain('access-tokens.db.damaged');
  });
});

test.each(['000', '022'])('all that is written under a umask of %s is its owner’s alone', async (umask) => {
  using folder = createTemporaryFolder();
  const home = folder.join('home');
  const shell = ['/bin/sh', '-c', `umask ${umask}; exec "$0" "$@"`] as const;
  for (const args of [['rotate'], ['create', 'a'], ['list']]) {
    const { code } = await runCli(['token', ...args], { home, command: [...shell, process.execPath, CLI_FILE] });
    expect(code).toBe(0);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(home)) expect(statSync(path.join(home, name)).mode & 0o777).toBe(0o600);
  }
});
