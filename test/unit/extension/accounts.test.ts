import { describe, expect, it } from 'vitest';
import type { AccountInfo, CursorProfile } from '../../../src/core/account.ts';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { EditorSignIn } from '../../../src/credentials/editor-sign-in/editor-sign-in.ts';
import { toAccountRows } from '../../../src/extension/accounts/account-rows.ts';
import { createAnnouncements } from '../../../src/extension/accounts/announcements.ts';
import { judgeKey } from '../../../src/extension/accounts/judge-key.ts';
import { type SignInWay, toSignInWays } from '../../../src/extension/accounts/sign-in-ways.ts';
import { english } from './english.ts';
import { anAccount } from './states.ts';

describe('ways to sign in', () => {
  it.each<[EditorSignIn, string, string, boolean]>([
    [
      { status: 'signed-in', email: 'me@example.org', plan: 'pro', sessionToken: 'secret-session' },
      'me@example.org (pro)',
      'consent',
      true,
    ],
    [{ status: 'signed-in', email: null, plan: null, sessionToken: 'secret-session' }, 'signed in', 'consent', true],
    [{ status: 'signed-out' }, 'signed out', 'Sign in there first', false],
    [{ status: 'not-found', path: '/home/me/state.vscdb' }, 'not found', '/home/me/state.vscdb', false],
    [{ status: 'remote' }, 'on the other machine', 'with the browser', false],
    [{ status: 'unreadable', reason: 'It is locked.' }, 'cannot be read', 'It is locked.', false],
  ])('%j', (found, description, detail, isUsable) => {
    const ways = toSignInWays(found, [], english);
    expect(ways.map(({ way }) => way)).toEqual(['editor', 'browser', 'key', 'environment']);
    expect(ways[0]).toMatchObject({ description, isUsable });
    expect(ways[0]?.detail).toContain(detail);
    expect(ways.slice(1).map((way) => [way.description, way.isUsable])).toEqual([
      ['not signed in', true],
      ['none set', true],
      ['not set', false],
    ]);
    expect(JSON.stringify(ways)).not.toContain('secret-session');
  });

  const environment = anAccount({ name: 'environment', source: 'environment', email: null, plan: null });
  it.each<[string, SignInWay['way'], readonly AccountInfo[], Partial<SignInWay>]>([
    ['in use', 'browser', [anAccount()], { description: 'me@example.org (pro) · in use', isUsable: true }],
    [
      'refused',
      'browser',
      [anAccount({ status: 'refused', isDefault: false })],
      {
        description: 'me@example.org (pro) · Cursor does not accept this sign-in any more. · Sign in again.',
        isUsable: true,
      },
    ],
    [
      'two keys, one of them expired',
      'key',
      [
        anAccount({ name: 'key', source: 'key', email: null, plan: null }),
        anAccount({
          name: 'key-2',
          source: 'key',
          email: null,
          plan: null,
          status: 'expired',
          expiresAt: null,
          isDefault: false,
        }),
      ],
      {
        description: 'key · in use | key-2 · The sign-in has expired. · Sign in again, with a valid key.',
      },
    ],
    [
      'an account of the editor that is used',
      'editor',
      [anAccount({ source: 'editor' })],
      { description: 'signed out; Portside has: me@example.org (pro) · in use' },
    ],
    ['the variable in use', 'environment', [environment], { description: 'set, in use', isUsable: false }],
    [
      'the variable not in use',
      'environment',
      [anAccount(), { ...environment, isDefault: false }],
      { description: 'set', isUsable: true },
    ],
    [
      'the variable refused',
      'environment',
      [{ ...environment, status: 'refused' }],
      {
        description: 'set, in use · Cursor does not accept this sign-in any more.',
        detail: 'Set a valid key in CURSOR_API_KEY, and start the editor anew.',
        isUsable: false,
      },
    ],
  ])('say what each has given: %s', (_, way, accounts, expected) => {
    const ways = toSignInWays({ status: 'signed-out' }, accounts, english);
    expect(ways.find((each) => each.way === way)).toMatchObject(expected);
  });
});

describe('rows of accounts', () => {
  it('mark the default one, and say where each comes from and what is wrong with it', () => {
    const environment = anAccount({ name: 'environment', source: 'environment', email: null, plan: null });
    const rows = toAccountRows([anAccount({ status: 'refused' }), { ...environment, isDefault: false }], english);
    expect(rows).toEqual([
      {
        name: 'browser-me@example.org',
        label: '$(check) browser-me@example.org',
        description: 'me@example.org (pro)',
        detail: 'signed in with the browser. Cursor does not accept this sign-in any more. Sign in again.',
      },
      {
        name: 'environment',
        label: 'environment',
        description: '',
        detail: 'CURSOR_API_KEY of the environment',
      },
    ]);
  });
});

describe('announcements', () => {
  it('are made once a day for each account, across windows and reloads', async () => {
    const values = new Map<string, unknown>();
    const memory = {
      get: (key: string) => values.get(key),
      update: async (key: string, value: unknown) => void values.set(key, value),
    };
    let now = Date.UTC(2030, 0, 1);
    const clock = () => now;
    expect(await createAnnouncements(memory, clock)('one')).toBe(true);
    expect(await createAnnouncements(memory, clock)('one')).toBe(false);
    expect(await createAnnouncements(memory, clock)('two')).toBe(true);
    now += 24 * 60 * 60 * 1000;
    expect(await createAnnouncements(memory, clock)('one')).toBe(true);
    expect([...values.values()]).toEqual([{ one: now }]);
    values.set([...values.keys()].join(), 'damaged');
    expect(await createAnnouncements(memory, clock)('one')).toBe(true);
  });
});

describe('what Cursor thinks of a key', () => {
  it.each<[string, () => Promise<CursorProfile>, object]>([
    ['accepted', async () => ({ email: 'me@example.org', keyName: null }), { email: 'me@example.org' }],
    [
      'refused',
      () =>
        Promise.reject(
          new GatewayError(
            'cursor_sign_in_required',
            'CURSOR_API_KEY is invalid or expired. Cursor says: Bad key. Set a valid key in CURSOR_API_KEY.',
          ),
        ),
      { reason: 'Bad key.' },
    ],
    [
      'refused',
      () => Promise.reject(new GatewayError('permission_denied', 'Cursor says: Not for this team.')),
      { reason: 'Not for this team.' },
    ],
    [
      'unknown',
      () => Promise.reject(new GatewayError('upstream_unavailable', 'No network.')),
      { reason: 'No network.' },
    ],
    ['unknown', () => Promise.reject(new Error('odd')), { reason: null }],
  ])('%s', async (status, readProfile, details) => {
    expect(await judgeKey({ readProfile }, 'crsr_1')).toEqual({ status, ...details });
  });
});
