import { describe, expect, it } from 'vitest';
import type { CursorProfile } from '../../../src/core/account.ts';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { EditorSignIn } from '../../../src/credentials/editor-sign-in/editor-sign-in.ts';
import { toAccountRows } from '../../../src/extension/accounts/account-rows.ts';
import { readEnvironmentKey } from '../../../src/extension/accounts/environment-key.ts';
import { judgeKey } from '../../../src/extension/accounts/judge-key.ts';
import { toSignInWays } from '../../../src/extension/accounts/sign-in-ways.ts';
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
    const ways = toSignInWays(found, english);
    expect(ways.map(({ way }) => way)).toEqual(['editor', 'browser', 'key']);
    expect(ways[0]).toMatchObject({ description, isUsable });
    expect(ways[0]?.detail).toContain(detail);
    expect(ways.slice(1).every((way) => way.isUsable)).toBe(true);
    expect(JSON.stringify(ways)).not.toContain('secret-session');
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
        detail: 'signed in with the browser. Cursor does not accept this sign-in any more.',
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

describe('the key of the environment', () => {
  it.each([
    [{}, null],
    [{ CURSOR_API_KEY: ' ' }, null],
    [{ CURSOR_API_KEY: ' crsr_1\n' }, 'crsr_1'],
    [{ CURSORPIPE_API_KEY: 'crsr_2' }, 'crsr_2'],
    [{ CURSOR_API_KEY: 'crsr_1', CURSORPIPE_API_KEY: 'crsr_2' }, 'crsr_1'],
  ])('%j', (environment, key) => {
    expect(readEnvironmentKey(environment)).toBe(key);
  });
});

describe('what Cursor thinks of a key', () => {
  it.each<[string, () => Promise<CursorProfile>, object]>([
    ['accepted', async () => ({ email: 'me@example.org', keyName: null }), { email: 'me@example.org' }],
    [
      'refused',
      () => Promise.reject(new GatewayError('cursor_sign_in_required', 'Cursor refused it.')),
      { reason: 'Cursor refused it.' },
    ],
    ['unknown', () => Promise.reject(new GatewayError('upstream_unavailable', 'No network.')), {}],
    ['unknown', () => Promise.reject(new Error('odd')), {}],
  ])('%s', async (status, readProfile, details) => {
    expect(await judgeKey({ readProfile }, 'crsr_1')).toEqual({ status, ...details });
  });
});
