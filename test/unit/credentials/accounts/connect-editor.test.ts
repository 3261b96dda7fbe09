import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CursorSignIn } from '../../../../src/core/account.ts';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import type { StoredAccount } from '../../../../src/credentials/accounts/account-store.ts';
import { connectEditorAccount, KEY_LIFETIME_MS } from '../../../../src/credentials/accounts/connect-editor.ts';
import { createAccounts } from '../../../../src/credentials/accounts/create-accounts.ts';
import { toKeyName } from '../../../../src/credentials/accounts/key-name.ts';
import { createMemoryAccountStore } from '../../../../src/credentials/accounts/memory-account-store.ts';
import { startRenewal } from '../../../../src/credentials/accounts/renewal.ts';
import type { EditorSignIn } from '../../../../src/credentials/editor-sign-in/editor-sign-in.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const DAY = 24 * 60 * 60 * 1000;
const SESSION: EditorSignIn = {
  status: 'signed-in',
  email: 'ada@example.com',
  plan: 'pro',
  sessionToken: 'session-of-ada',
};

/** Cursor as far as keys go; it numbers them. */
const createCursor = (
  refusal: GatewayError | null = null,
  beforeAnswer: (expected: string | null | undefined) => Promise<void> = async () => {},
) => {
  const exchanges: Parameters<CursorSignIn['exchangeSession']>[0][] = [];
  const signIn: CursorSignIn = {
    signIn: () => Promise.reject(new Error('No browser is due here.')),
    async exchangeSession(options) {
      exchanges.push(options);
      if (refusal !== null) throw refusal;
      await beforeAnswer(options.expectedEmail);
      return { apiKey: `crsr_${exchanges.length}`, email: null, expiresAt: options.expiresAt };
    },
    readProfile: () => Promise.reject(new Error('No profile is due here.')),
  };
  return { signIn, exchanges };
};

const setUp = (stored: readonly StoredAccount[] = []) => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const logger = createMemoryLogger();
  const store = createMemoryAccountStore({ accounts: stored, defaultName: null });
  const accounts = createAccounts({
    store,
    environment: { apiKey: null },
    allowsOthers: () => false,
    backendUrl: '',
    logger,
    now: () => clock.now,
  });
  onTestFinished(() => accounts.close());
  return { clock, logger, store, accounts, now: () => clock.now };
};

const connect = (
  { accounts, now }: ReturnType<typeof setUp>,
  signIn: CursorSignIn,
  read: () => Promise<EditorSignIn>,
  confirm: (email: string | null) => Promise<boolean>,
) =>
  connectEditorAccount({
    read,
    signIn,
    accounts,
    confirm,
    keyName: 'Portside on here',
    signal: new AbortController().signal,
    now,
  });

describe('taking over the editor’s sign-in', () => {
  test('after consent that names the account, a key is made and it alone is kept', async () => {
    const rig = setUp();
    const { signIn, exchanges } = createCursor();
    const confirm = vi.fn(async () => true);
    const expiresAt = rig.clock.now + 90 * DAY;
    expect(await connect(rig, signIn, async () => SESSION, confirm)).toEqual({
      name: 'editor-ada@example.com',
      source: 'editor',
      email: 'ada@example.com',
      plan: 'pro',
      expiresAt,
      status: 'ready',
      isDefault: true,
    });
    expect(confirm.mock.calls).toEqual([['ada@example.com']]);
    expect(exchanges).toMatchObject([
      { sessionToken: 'session-of-ada', keyName: 'Portside on here', expiresAt, expectedEmail: 'ada@example.com' },
    ]);
    expect(JSON.stringify(await rig.store.read())).not.toContain('session-of-ada');
    expect(KEY_LIFETIME_MS).toBe(90 * DAY);
  });

  test('without consent nothing is sent', async () => {
    const rig = setUp();
    const { signIn, exchanges } = createCursor();
    expect(
      await connect(
        rig,
        signIn,
        async () => SESSION,
        async () => false,
      ),
    ).toBe('declined');
    expect(exchanges).toEqual([]);
    expect(await rig.accounts.list()).toEqual([]);
  });

  test('consent for one account is not taken for another', async () => {
    const rig = setUp();
    const { signIn, exchanges } = createCursor();
    let { email } = SESSION;
    const read = async () => ({ ...SESSION, email });
    const confirm = async () => {
      email = 'eve@example.com';
      return true;
    };
    await expect(connect(rig, signIn, read, confirm)).rejects.toThrow(/another account/);
    expect(exchanges).toEqual([]);
  });

  const rows: readonly (readonly [EditorSignIn, RegExp])[] = [
    [{ status: 'signed-out' }, /^The Cursor editor is not signed in\. Sign in with the browser instead: the command/],
    [{ status: 'not-found', path: '/nowhere' }, /nothing at \/nowhere\. Sign in with the browser instead: the command/],
    [{ status: 'remote' }, /on another\. Sign in with the browser instead: the command/],
    [
      { status: 'unreadable', reason: 'X is locked, or sign in with the browser.' },
      /^X is locked, or sign in with the browser: the command/,
    ],
  ];
  test.each(rows)('%j leads to the browser, and nobody is asked', async (found, words) => {
    const confirm = vi.fn(async () => true);
    await expect(connect(setUp(), createCursor().signIn, async () => found, confirm)).rejects.toMatchObject({
      code: 'cursor_sign_in_required',
      message: expect.stringMatching(words),
    });
    expect(confirm).not.toHaveBeenCalled();
  });

  test.each([
    [
      'permission_denied',
      'No keys. Sign in with the browser instead.',
      /^No keys\. Sign in with the browser instead: the/,
    ],
    ['cursor_sign_in_required', 'No session.', /^No session\. Sign in with the browser instead: the command/],
    ['upstream_error', 'Cursor could not be reached.', /^Cursor could not be reached\.$/],
  ] as const)('a refusal with %s is told as it is, with the way that helps', async (code, message, words) => {
    const rig = setUp();
    const { signIn } = createCursor(new GatewayError(code, message));
    await expect(
      connect(
        rig,
        signIn,
        async () => SESSION,
        async () => true,
      ),
    ).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
    expect(await rig.accounts.list()).toEqual([]);
  });

  test('a key is called after the machine', () => {
    expect(toKeyName('laptop')).toBe('Portside on laptop');
  });
});

describe('keys that run out', () => {
  const at = Date.UTC(2026, 0, 1);
  const account = (rest: Partial<StoredAccount>): StoredAccount => ({
    name: 'it',
    source: 'editor',
    apiKey: 'crsr_old',
    email: 'ada@example.com',
    plan: null,
    createdAt: 0,
    expiresAt: at + 7 * DAY,
    backendUrl: '',
    ...rest,
  });

  const rows: readonly (readonly [string, StoredAccount, EditorSignIn, 'nothing' | 'renewed' | 'announced'])[] = [
    ['the editor’s with a week left', account({}), SESSION, 'renewed'],
    ['the editor’s that has expired', account({ expiresAt: at - 1 }), SESSION, 'renewed'],
    ['the editor’s with more left', account({ expiresAt: at + 8 * DAY }), SESSION, 'nothing'],
    ['the editor’s, another account by now', account({ email: 'eve@example.com' }), SESSION, 'announced'],
    ['the editor’s of nobody known', account({ email: null }), { ...SESSION, email: null }, 'announced'],
    ['the editor’s, signed out by now', account({}), { status: 'signed-out' }, 'announced'],
    ['the browser’s', account({ source: 'browser' }), SESSION, 'announced'],
    ['the browser’s with more left', account({ source: 'browser', expiresAt: at + 8 * DAY }), SESSION, 'nothing'],
    ['a key that never expires', account({ source: 'key', expiresAt: null }), SESSION, 'nothing'],
  ];
  test.each(rows)('%s', async (_name, stored, editor, expected) => {
    const rig = setUp([stored]);
    const { signIn, exchanges } = createCursor();
    const onExpiring = vi.fn();
    const options = { ...rig, readEditor: async () => editor, signIn, keyName: 'Portside on here', onExpiring };
    const renewal = startRenewal(options);
    onTestFinished(() => renewal.close());
    await renewal.check();
    await renewal.check();
    expect([exchanges.length, onExpiring.mock.calls.length]).toEqual(
      { nothing: [0, 0], renewed: [1, 0], announced: [0, 1] }[expected],
    );
    const [after] = (await rig.store.read()).accounts;
    expect(after).toEqual(
      expected === 'renewed'
        ? { ...stored, apiKey: 'crsr_1', plan: 'pro', expiresAt: rig.clock.now + 90 * DAY }
        : stored,
    );
    rig.clock.now += DAY;
    await renewal.check();
    if (expected === 'announced') expect(onExpiring).toHaveBeenCalledTimes(2);
  });

  test('a refusal is logged and the account announced', async () => {
    const rig = setUp([account({})]);
    const { signIn } = createCursor(new GatewayError('permission_denied', 'Not you.'));
    const onExpiring = vi.fn();
    const renewal = startRenewal({ ...rig, readEditor: async () => SESSION, signIn, keyName: 'Portside', onExpiring });
    onTestFinished(() => renewal.close());
    await renewal.check();
    expect(onExpiring.mock.calls).toMatchObject([[{ name: 'it', status: 'expiring' }]]);
    expect(rig.logger.lines.join('\n')).toMatch(/could not be renewed.*Not you\./);
    expect(rig.logger.lines.join('\n')).not.toMatch(/crsr_|session-of/);
  });

  test.each<[string, (rig: ReturnType<typeof setUp>) => Promise<void>, readonly string[], number]>([
    ['signed out', ({ accounts }) => accounts.remove('it'), [], 0],
    [
      'signed in again',
      async ({ accounts }) => {
        const key = { apiKey: 'crsr_fresh', email: 'ada@example.com', expiresAt: at + 90 * DAY };
        await accounts.add({ name: 'it', source: 'browser', key, plan: null });
      },
      ['crsr_fresh'],
      0,
    ],
  ])('an account that is %s during its renewal stays so', async (_what, change, keys, announcements) => {
    const rig = setUp([account({})]);
    const { signIn, exchanges } = createCursor(null, () => change(rig));
    const onExpiring = vi.fn();
    const renewal = startRenewal({ ...rig, readEditor: async () => SESSION, signIn, keyName: 'Portside', onExpiring });
    onTestFinished(() => renewal.close());
    await renewal.check();
    expect(exchanges).toHaveLength(1);
    expect((await rig.store.read()).accounts.map(({ apiKey }) => apiKey)).toEqual(keys);
    expect(onExpiring).toHaveBeenCalledTimes(announcements);
    expect(rig.logger.lines.join('\n')).toMatch(/not needed any more.*Cursor Dashboard/);
    expect(rig.logger.lines.join('\n')).not.toMatch(/was renewed|crsr_/);
  });

  test('an account that is signed out while another is renewed is neither renewed nor announced', async () => {
    for (const source of ['editor', 'browser'] as const) {
      const rig = setUp([account({ name: 'first' }), account({ name: 'second', source, apiKey: 'crsr_2' })]);
      const { signIn, exchanges } = createCursor(null, () => rig.accounts.remove('second'));
      const onExpiring = vi.fn();
      const readEditor = async () => SESSION;
      const renewal = startRenewal({ ...rig, readEditor, signIn, keyName: 'Portside', onExpiring });
      onTestFinished(() => renewal.close());
      await renewal.check();
      expect(exchanges).toHaveLength(1);
      expect((await rig.store.read()).accounts.map(({ name, apiKey }) => [name, apiKey])).toEqual([
        ['first', 'crsr_1'],
      ]);
      expect(onExpiring).not.toHaveBeenCalled();
    }
  });

  test('a renewal does not make its account the default, whatever the default is in', async () => {
    const rig = setUp([account({}), account({ name: 'chosen', source: 'browser', expiresAt: at - 1 })]);
    await rig.accounts.use('chosen');
    const readEditor = async () => SESSION;
    const { signIn, exchanges } = createCursor();
    const renewal = startRenewal({ ...rig, readEditor, signIn, keyName: 'Portside', onExpiring: () => {} });
    onTestFinished(() => renewal.close());
    await renewal.check();
    expect(exchanges).toMatchObject([{ expectedEmail: 'ada@example.com' }]);
    expect((await rig.accounts.current())?.name).toBe('chosen');
  });

  test('an announcement comes once a day, also across restarts', async () => {
    const rig = setUp([account({ source: 'browser' })]);
    const noted = new Map<string, number>();
    const announcedAt = {
      get: (name: string) => noted.get(name) ?? null,
      set: (name: string, time: number) => void noted.set(name, time),
    };
    const onExpiring = vi.fn();
    const start = async () => {
      const { signIn } = createCursor();
      const readEditor = async () => SESSION;
      const renewal = startRenewal({ ...rig, readEditor, signIn, keyName: 'Portside', onExpiring, announcedAt });
      await renewal.check();
      renewal.close();
    };
    await start();
    await start();
    expect(onExpiring).toHaveBeenCalledTimes(1);
    rig.clock.now += DAY;
    await start();
    expect(onExpiring).toHaveBeenCalledTimes(2);
  });

  test('it looks every hour, until it is closed', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const rig = setUp();
    const list = vi.spyOn(rig.accounts, 'list');
    const { signIn } = createCursor();
    const renewal = startRenewal({
      ...rig,
      readEditor: async () => SESSION,
      signIn,
      keyName: '',
      onExpiring: () => {},
    });
    await vi.advanceTimersByTimeAsync(2 * 60 * 60 * 1000);
    expect(list).toHaveBeenCalledTimes(3);
    renewal.close();
    await vi.advanceTimersByTimeAsync(2 * 60 * 60 * 1000);
    expect(list).toHaveBeenCalledTimes(3);
  });
});
