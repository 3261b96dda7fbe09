import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fromThrownError } from '../../../../src/backends/cursor-sdk/errors.ts';
import type { AccountSource } from '../../../../src/core/account.ts';
import { type AccountChoice, DEFAULT_ACCOUNT } from '../../../../src/core/credential-source.ts';
import type { StoredAccount, StoredAccounts } from '../../../../src/credentials/accounts/account-store.ts';
import { createAccounts } from '../../../../src/credentials/accounts/create-accounts.ts';
import { createMemoryAccountStore } from '../../../../src/credentials/accounts/memory-account-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60 * 1000;

const stored = (name: string, rest: Partial<StoredAccount> = {}): StoredAccount => ({
  name,
  source: 'key',
  apiKey: `crsr_${name}`,
  email: null,
  plan: null,
  createdAt: 0,
  expiresAt: null,
  backendUrl: '',
  ...rest,
});

interface Setup {
  readonly accounts?: readonly StoredAccount[];
  readonly defaultName?: string | null;
  readonly environmentKey?: string | null;
  readonly allowsOthers?: boolean;
  readonly backendUrl?: string;
  readonly now?: () => number;
}

const setUp = (setup: Setup = {}) => {
  const initial: StoredAccounts = { accounts: setup.accounts ?? [], defaultName: setup.defaultName ?? null };
  const store = createMemoryAccountStore(initial);
  const logger = createMemoryLogger();
  const accounts = createAccounts({
    store,
    environment: { apiKey: setup.environmentKey ?? null },
    allowsOthers: () => setup.allowsOthers ?? false,
    backendUrl: setup.backendUrl ?? '',
    logger,
    now: setup.now ?? (() => NOW),
  });
  onTestFinished(() => accounts.close());
  return { accounts, store, logger };
};

const selected = async (setup: Setup, choice: AccountChoice = DEFAULT_ACCOUNT): Promise<readonly string[]> =>
  (await setUp(setup).accounts.select(choice)).map(({ account, apiKey }) => `${account ?? '-'} ${apiKey}`);

const refusal = (words = 'Invalid API key'): ReturnType<typeof fromThrownError> =>
  fromThrownError({ name: 'AuthenticationError', message: words, status: 401 });

const all: readonly StoredAccount[] = [
  stored('pasted'),
  stored('late', { source: 'browser', createdAt: 2 }),
  stored('early', { source: 'browser', createdAt: 1 }),
  stored('ide', { source: 'editor', createdAt: 9 }),
];
const gone = NOW - 1;

describe('which accounts a request runs on', () => {
  const rows: readonly (readonly [string, Setup, readonly string[]])[] = [
    ['the editor’s comes first', { accounts: all, environmentKey: 'crsr_env' }, ['ide']],
    ['then the browser’s, the oldest first', { accounts: all.slice(0, 3) }, ['early']],
    ['then a pasted key', { accounts: all.slice(0, 1), environmentKey: 'crsr_env' }, ['pasted']],
    ['then the environment’s', { environmentKey: 'crsr_env' }, ['environment']],
    ['the one that the user has chosen comes before', { accounts: all, defaultName: 'late' }, ['late']],
    [
      'that may be the environment’s',
      { accounts: all, defaultName: 'environment', environmentKey: 'crsr_env' },
      ['environment'],
    ],
    ['a choice that is gone counts as none', { accounts: all, defaultName: 'environment' }, ['ide']],
    [
      'the others follow where the user allows it',
      { accounts: all, defaultName: 'late', environmentKey: 'crsr_env', allowsOthers: true },
      ['late', 'ide', 'early', 'pasted', 'environment'],
    ],
    [
      'expired others are left out then',
      {
        accounts: [...all.slice(0, 2), stored('old', { source: 'editor', expiresAt: gone })],
        defaultName: 'late',
        allowsOthers: true,
      },
      ['late', 'pasted'],
    ],
    [
      'keys of another service are no accounts of this one',
      {
        accounts: [stored('real', { source: 'editor' }), stored('toy', { backendUrl: 'http://127.0.0.1:1/' })],
        backendUrl: 'http://127.0.0.1:1',
        allowsOthers: true,
      },
      ['toy'],
    ],
  ];
  test.each(rows)('%s', async (_name, setup, expected) => {
    expect((await selected(setup)).map((line) => line.split(' ')[0])).toEqual(expected);
  });

  test('a named one is used alone', async () => {
    const setup = { accounts: all, allowsOthers: true, environmentKey: 'crsr_env' };
    expect(await selected(setup, { type: 'account', name: 'pasted' })).toEqual(['pasted crsr_pasted']);
    expect(await selected(setup, { type: 'account', name: 'environment' })).toEqual(['environment crsr_env']);
  });

  test('a caller’s own key is used alone', async () => {
    expect(await selected({ accounts: all, allowsOthers: true }, { type: 'key', apiKey: 'crsr_mine' })).toEqual([
      '- crsr_mine',
    ]);
    expect(await selected({}, { type: 'key', apiKey: 'crsr_mine' })).toEqual(['- crsr_mine']);
  });

  test('an unknown one is refused without a word about the others', async () => {
    const accounts = [stored('work', { email: 'ada@example.com' })];
    const error = await setUp({ accounts }).accounts.select({ type: 'account', name: 'wrok' }).catch(String);
    expect(error).toMatch(/no Cursor account of the name/);
    expect(error).not.toMatch(/"work"|ada/);
    await expect(setUp({ accounts }).accounts.select({ type: 'account', name: 'wrok' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'X-Portside-Account',
    });
  });

  test('with none, all three ways to sign in are named', async () => {
    await expect(selected({})).rejects.toMatchObject({
      code: 'cursor_sign_in_required',
      message: expect.stringMatching(
        /Portside: Sign In to Cursor.*portside auth login.*Portside: Set Cursor API Key.*CURSOR_API_KEY/,
      ),
    });
  });

  test.each([
    ['editor', /"it" has expired.*Portside: Sign In to Cursor.*portside auth login/],
    ['browser', /"it" has expired.*Portside: Sign In to Cursor.*portside auth login/],
    ['key', /"it" has expired.*Portside: Set Cursor API Key/],
  ] as const)('an expired one of the %s is named with its remedy', async (source, words) => {
    const accounts = [stored('it', { source, expiresAt: gone })];
    for (const allowsOthers of [false, true]) {
      for (const choice of [DEFAULT_ACCOUNT, { type: 'account', name: 'it' } as const]) {
        await expect(selected({ accounts, allowsOthers }, choice)).rejects.toMatchObject({
          code: 'cursor_sign_in_expired',
          message: expect.stringMatching(words),
        });
      }
    }
  });

  test.each([false, true])(
    'an expired first one stops a request, whether others may be tried (%s)',
    async (allowsOthers) => {
      const accounts = [stored('old', { source: 'editor', expiresAt: gone }), stored('good')];
      await expect(selected({ accounts, allowsOthers })).rejects.toMatchObject({
        code: 'cursor_sign_in_expired',
        message: expect.stringContaining('"old" has expired'),
      });
    },
  );
});

describe('what Cursor says of a key', () => {
  const sources: readonly (readonly [AccountSource, string, RegExp])[] = [
    ['editor', 'cursor_sign_in_expired', /^Cursor does not accept the sign-in of the account "it".* Sign in again: /],
    ['browser', 'cursor_sign_in_expired', /^Cursor does not accept the sign-in of the account "it".* Sign in again: /],
    ['key', 'cursor_sign_in_required', /^Cursor refused the API key of the account "it"\..* Set a valid key: /],
    ['environment', 'cursor_sign_in_required', /^CURSOR_API_KEY is invalid or expired\..* Set a valid key in CURSOR_/],
  ];
  test.each(sources)('a refusal of a key of the %s is told as such', async (source, code, words) => {
    const { accounts } = setUp(
      source === 'environment' ? { environmentKey: 'crsr_it' } : { accounts: [stored('it', { source })] },
    );
    const [credential] = await accounts.select(DEFAULT_ACCOUNT);
    const failure = accounts.noteFailure(credential, refusal());
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(words);
    expect(failure.message.match(/Cursor says: Invalid API key\. /g)).toHaveLength(1);
    expect(failure.message.match(/CURSOR_API_KEY/g)?.length ?? 0).toBe(source === 'environment' ? 2 : 0);
    expect((await accounts.current())?.status).toBe('refused');
    accounts.noteSuccess(credential);
    expect((await accounts.current())?.status).toBe('ready');
  });

  test('a refusal of the caller’s own key is the caller’s', async () => {
    const { accounts } = setUp({ accounts: all });
    const [credential] = await accounts.select({ type: 'key', apiKey: 'crsr_mine' });
    expect(accounts.noteFailure(credential, refusal())).toEqual({
      code: 'client_token_invalid',
      message:
        "Cursor refused this API key. Cursor says: Invalid API key. Send a valid key, or an access token of Portside's.",
    });
    expect((await accounts.list()).map(({ status }) => status)).toEqual(all.map(() => 'ready'));
  });

  test('other failures stay as they are', async () => {
    const { accounts } = setUp({ accounts: all });
    const [credential] = await accounts.select(DEFAULT_ACCOUNT);
    const failure = { code: 'upstream_error', message: 'Cursor failed' } as const;
    expect(accounts.noteFailure(credential, failure)).toBe(failure);
    expect((await accounts.current())?.status).toBe('ready');
  });

  test('a rate limited account goes last for a while', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { accounts } = setUp({ accounts: all.slice(0, 2), allowsOthers: true });
    const names = async () => (await accounts.select(DEFAULT_ACCOUNT)).map(({ account }) => account);
    const changes = vi.fn();
    accounts.onDidChange(changes);
    const [first] = await accounts.select(DEFAULT_ACCOUNT);
    accounts.noteFailure(first, { code: 'rate_limited', message: 'Slow down' });
    expect(await names()).toEqual(['pasted', 'late']);
    expect((await accounts.list()).map(({ name, status, isDefault }) => ({ name, status, isDefault }))).toEqual([
      { name: 'late', status: 'rate-limited', isDefault: true },
      { name: 'pasted', status: 'ready', isDefault: false },
    ]);
    expect(changes).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60_000);
    expect(changes).toHaveBeenCalledTimes(2);
    expect(await names()).toEqual(['late', 'pasted']);
  });

  test.each([
    [['pasted'], ['late', 'ide', 'early']],
    [['late'], ['late']],
    [['late', 'pasted'], ['late']],
  ])('with %j refused, a request that may use others is tried on %j', async (refused, expected) => {
    const accountsInUse = [...all.slice(1), stored('pasted')];
    const { accounts } = setUp({ accounts: accountsInUse, defaultName: 'late', allowsOthers: true });
    for (const name of refused) {
      const [credential] = await accounts.select({ type: 'account', name });
      accounts.noteFailure(credential, refusal());
    }
    const tried = (await accounts.select(DEFAULT_ACCOUNT)).map(({ account }) => account);
    expect(tried).toEqual(expected);
  });

  test('the log has no key', async () => {
    const { accounts, logger } = setUp({ accounts: all });
    const [credential] = await accounts.select(DEFAULT_ACCOUNT);
    accounts.noteFailure(credential, refusal());
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines.join('\n')).not.toMatch(/crsr_/);
  });
});

describe('keeping accounts', () => {
  test.each([
    ['a name of its own', 'My work', 'key', null, 'My work'],
    ['the source', '', 'key', null, 'key'],
    ['source and email', '', 'browser', 'ada@example.com', 'browser-ada@example.com'],
    ['only what can travel in a header', '', 'browser', 'ädá lo\nve@example.com', 'browser-d-lo-ve@example.com'],
    ['no more than 64 characters', '', 'editor', `${'a'.repeat(80)}@example.com`, `editor-${'a'.repeat(57)}`],
  ] as const)('an account has %s', async (_what, name, source, email, expected) => {
    const { accounts } = setUp();
    const key = { apiKey: 'crsr_new', email, expiresAt: null };
    expect(await accounts.add({ name, source, key, plan: 'pro' })).toEqual({
      name: expected,
      source,
      email,
      plan: 'pro',
      expiresAt: null,
      status: 'ready',
      isDefault: true,
    });
  });

  test.each(['environment', ' a', 'a ', 'a\nb', 'schlüssel', 'a\u007f', 'a'.repeat(65)])(
    'an account cannot be called %j',
    async (name) => {
      const { accounts, store } = setUp();
      const key = { apiKey: 'crsr_new', email: null, expiresAt: null };
      await expect(accounts.add({ name, source: 'key', key, plan: null })).rejects.toMatchObject({
        code: 'invalid_request',
      });
      expect((await store.read()).accounts).toEqual([]);
    },
  );

  test('names are made unique; the same person, key or name replaces', async () => {
    const { accounts } = setUp();
    const add = async (apiKey: string, email: string | null, name = '', source: 'key' | 'browser' = 'key') =>
      (await accounts.add({ name, source, key: { apiKey, email, expiresAt: null }, plan: null })).name;
    expect(await add('crsr_1', null)).toBe('key');
    expect(await add('crsr_2', null)).toBe('key-2');
    expect(await add('crsr_2', null)).toBe('key-2');
    expect(await add('crsr_3', 'ada@example.com', '', 'browser')).toBe('browser-ada@example.com');
    expect(await add('crsr_4', 'ada@example.com', '', 'browser')).toBe('browser-ada@example.com');
    expect(await add('crsr_5', null, 'key')).toBe('key');
    expect((await accounts.list()).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['key', true],
      ['browser-ada@example.com', false],
      ['key-2', false],
    ]);
    expect((await accounts.select({ type: 'account', name: 'key' }))[0].apiKey).toBe('crsr_5');
  });

  test('one is chosen, signed out of, and not found any more', async () => {
    const { accounts, store } = setUp({ accounts: all, environmentKey: 'crsr_env' });
    const changes = vi.fn();
    const dispose = accounts.onDidChange(changes);
    await accounts.use('pasted');
    expect((await accounts.current())?.name).toBe('pasted');
    await accounts.remove('pasted');
    expect((await store.read()).defaultName).toBeNull();
    expect((await accounts.current())?.name).toBe('ide');
    await accounts.use('environment');
    expect((await accounts.current())?.name).toBe('environment');
    expect(changes).toHaveBeenCalledTimes(3);
    dispose();
    await accounts.use('late');
    expect(changes).toHaveBeenCalledTimes(3);
    await expect(accounts.use('pasted')).rejects.toThrow(/no account "pasted"/);
    await expect(accounts.remove('pasted')).rejects.toThrow(/no account "pasted"/);
    await expect(accounts.remove('environment')).rejects.toThrow(/CURSOR_API_KEY/);
  });

  test.each([
    ['in order', {}, false, 'editor-mona'],
    ['about to expire', { expiresAt: NOW + DAY }, false, 'editor-mona'],
    ['expired', { expiresAt: gone }, false, 'new'],
    ['refused', {}, true, 'new'],
  ])('a new sign-in where the default is %s', async (_what, rest, isRefused, expected) => {
    const accountsBefore = [stored('editor-mona', { source: 'editor', ...rest }), stored('spare')];
    const { accounts } = setUp({ accounts: accountsBefore, defaultName: 'editor-mona' });
    if (isRefused) accounts.noteFailure((await accounts.select(DEFAULT_ACCOUNT))[0], refusal());
    const key = { apiKey: 'crsr_new', email: null, expiresAt: null };
    const { isDefault } = await accounts.add({ name: 'new', source: 'browser', key, plan: null });
    expect((await accounts.current())?.name).toBe(expected);
    expect(isDefault).toBe(expected === 'new');
    expect((await accounts.select(DEFAULT_ACCOUNT))[0].account).toBe(expected);
  });

  test('a new sign-in where CURSOR_API_KEY is the default and refused', async () => {
    const { accounts } = setUp({ environmentKey: 'crsr_env', accounts: all, defaultName: 'environment' });
    accounts.noteFailure((await accounts.select(DEFAULT_ACCOUNT))[0], refusal());
    const key = { apiKey: 'crsr_new', email: null, expiresAt: null };
    await accounts.add({ name: 'new', source: 'browser', key, plan: null });
    expect((await accounts.current())?.name).toBe('new');
  });

  test('an account of another service of the same name is left alone', async () => {
    const real = stored('mine');
    const { accounts, store } = setUp({ accounts: [real], defaultName: 'mine', backendUrl: 'http://127.0.0.1:1' });
    const key = { apiKey: 'crsr_toy', email: null, expiresAt: null };
    await accounts.add({ name: 'mine', source: 'key', key, plan: null });
    await accounts.remove('mine');
    expect(await store.read()).toEqual({ accounts: [real], defaultName: 'mine' });
  });

  test.each([
    [null, 'ready'],
    [NOW + 7 * DAY + 1, 'ready'],
    [NOW + 7 * DAY, 'expiring'],
    [NOW + 1, 'expiring'],
    [NOW, 'expired'],
  ])('one that expires at %s is %s', async (expiresAt, status) => {
    expect((await setUp({ accounts: [stored('it', { expiresAt })] }).accounts.current())?.status).toBe(status);
  });

  test('the clock alone makes an account expire, and that is told at once', async () => {
    vi.useFakeTimers({ now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    // Further away than the 2^31 ms that a timer takes.
    const expiresAt = NOW + 90 * DAY;
    const { accounts } = setUp({ accounts: [stored('it', { expiresAt }), stored('forever')], now: Date.now });
    const changes: string[] = [];
    const dispose = accounts.onDidChange(() => {
      void accounts.list().then(([first]) => changes.push(first?.status ?? 'none'));
    });
    await vi.advanceTimersByTimeAsync(83 * DAY - 1);
    expect(changes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(changes).toEqual(['expiring']);
    await vi.advanceTimersByTimeAsync(7 * DAY);
    expect(changes).toEqual(['expiring', 'expired']);
    await accounts.add({
      name: 'it',
      source: 'key',
      key: { apiKey: 'crsr_2', email: null, expiresAt: Date.now() + DAY },
      plan: null,
    });
    await vi.advanceTimersByTimeAsync(DAY);
    expect(changes).toEqual(['expiring', 'expired', 'expiring', 'expired']);
    dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an expiry is told where the account comes later, and somebody else has looked in between', async () => {
    vi.useFakeTimers({ now: NOW });
    onTestFinished(() => void vi.useRealTimers());
    const { accounts, store } = setUp({ now: Date.now });
    const changes = vi.fn();
    accounts.onDidChange(changes);
    await vi.advanceTimersByTimeAsync(0);
    const expiresAt = NOW + 5_000;
    await store.update(() => ({ accounts: [stored('it', { expiresAt })], defaultName: null }));
    await vi.advanceTimersByTimeAsync(0);
    changes.mockClear();
    vi.setSystemTime(expiresAt);
    expect((await accounts.current())?.status).toBe('expired');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(changes).toHaveBeenCalledTimes(1);
    accounts.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose a key is gets known, once', async () => {
    const { accounts } = setUp({ accounts: [stored('it')], environmentKey: 'crsr_env' });
    const changes = vi.fn();
    accounts.onDidChange(changes);
    for (const name of ['it', 'environment', 'it', 'environment']) {
      await accounts.noteProfile(name, { email: `${name}@example.com`, keyName: null });
      await accounts.noteProfile(name, { email: null, keyName: null });
    }
    expect((await accounts.list()).map(({ email }) => email)).toEqual(['it@example.com', 'environment@example.com']);
    expect(changes).toHaveBeenCalledTimes(2);
  });
});
