import { describe, expect, it, vi } from 'vitest';
import { toAccessModel } from '../../../../src/extension/panel/access-model.ts';
import { toOverviewModel } from '../../../../src/extension/panel/overview-model.ts';
import { type ServerModelContext, toServerModel } from '../../../../src/extension/panel/server-model.ts';
import { toSessionRows } from '../../../../src/extension/panel/session-rows.ts';
import { english } from '../english.ts';
import { STATES, anAccount, running } from '../states.ts';
import { aRequest } from './requests.ts';

const CONTEXT: ServerModelContext = {
  l10n: english,
  forwardedUrl: null,
  takesOver: true,
  isTrusted: true,
  hasAccount: null,
};

const OWN_URL = 'http://127.0.0.1:8765/v1';

describe('server model', () => {
  it.each([
    ['stopped', 'stopped', null, 'The server is stopped.', false],
    ['starting', 'starting', null, 'Starting.', false],
    ['idle', 'running', OWN_URL, 'Running on port 8765.', false],
    ['busy', 'running', OWN_URL, 'Running on port 8765, 3 active.', false],
    ['connecting', 'running', OWN_URL, 'Running on port 8765, connecting to Cursor.', false],
    ['signedOut', 'running', OWN_URL, 'Running on port 8765, but not signed in to Cursor.', true],
    ['expired', 'running', OWN_URL, 'Running on port 8765, but the Cursor sign-in has expired.', true],
    ['refused', 'running', OWN_URL, 'Running on port 8765, but Cursor refuses the sign-in.', true],
    ['expiring', 'running', OWN_URL, 'Running on port 8765.', false],
    ['unavailable', 'running', OWN_URL, 'Running on port 8765, but Cursor cannot be used.', false],
    ['otherWindow', 'served-elsewhere', OWN_URL, 'Served on port 8765 by another window, notes.', false],
    [
      'unknownPortside',
      'served-elsewhere',
      OWN_URL,
      'Served on port 8765 by another Portside, which is not known here.',
      false,
    ],
    ['portInUse', 'failed', null, 'The server could not start.', false],
  ] as const)('%s', (name, status, baseUrl, summary, needsSignIn) => {
    expect(toServerModel(STATES[name], CONTEXT)).toMatchObject({
      status,
      baseUrl,
      port: baseUrl === null ? null : 8765,
      summary,
      needsSignIn,
      isRestricted: false,
    });
  });

  it.each([
    ['idle', []],
    ['portInUse', ['Port 8765 is in use.']],
    ['givenUp', ['It ended 5 times in 3 minutes.']],
    ['refused', ['me@example.org (pro): Cursor does not accept this sign-in any more. Sign in again.']],
    ['noToken', ['No access token is required: every program on this machine can use your Cursor account.']],
    ['otherWindow', ['This window takes over when that one goes, or at once if you ask it to.']],
    ['unknownPortside', ['This window takes over when that one goes.']],
  ] as const)('%s: warns of %j', (name, warnings) => {
    expect(toServerModel(STATES[name], CONTEXT).warnings).toEqual(warnings);
  });

  it('puts what keeps answers away before what is dangerous', () => {
    const { warnings } = toServerModel(
      running({ bridge: 'failed', bridgeReason: 'It ended.', warnings: ['no-token-required'], proxy: 'unsupported' }),
      CONTEXT,
    );
    expect(warnings[0]).toBe('It ended.');
    expect(warnings).toHaveLength(3);
  });

  it.each([
    ['otherWindow', true],
    ['commandLine', true],
    ['unknownPortside', false],
    ['idle', false],
  ] as const)('%s can be asked to make way: %s', (name, canTakeOver) => {
    expect(toServerModel(STATES[name], CONTEXT).canTakeOver).toBe(canTakeOver);
  });

  it.each([
    ['idle', 'http://localhost:5000/v1'],
    // It is the tunnel of this window's own server.
    ['otherWindow', OWN_URL],
    ['stopped', null],
  ] as const)('%s: gives the forwarded address of the own server alone', (name, baseUrl) => {
    expect(toServerModel(STATES[name], { ...CONTEXT, forwardedUrl: 'http://localhost:5000/v1' }).baseUrl).toBe(baseUrl);
  });

  it.each([
    [null, false],
    [true, false],
    [false, true],
  ])('asks to sign in before it runs where there is no account (%s)', (hasAccount, needsSignIn) => {
    expect(toServerModel(STATES.stopped, { ...CONTEXT, hasAccount }).needsSignIn).toBe(needsSignIn);
  });

  it('says that a workspace which is not trusted forbids to start', () => {
    expect(toServerModel(STATES.stopped, { ...CONTEXT, isTrusted: false }).isRestricted).toBe(true);
  });
});

describe('overview model', () => {
  const now = Date.UTC(2027, 0, 15, 12, 0, 30);
  const today = { requests: 4, inputTokens: 10, outputTokens: 5, costUsd: 0.25 };

  it('comes from the state alone before anything was served', () => {
    const model = toOverviewModel(STATES.stopped, { ...CONTEXT, activity: null, account: null, now });
    expect(model).toMatchObject({ account: null, activeRuns: 0, queuedRuns: 0, today: { requests: 0 } });
    expect(model.history).toHaveLength(30);
  });

  it('tells of runs, of today and of the last half hour', () => {
    const listSince = vi.fn(() => [aRequest()]);
    const model = toOverviewModel(running({ activeRuns: 3, queuedRuns: 1 }), {
      ...CONTEXT,
      activity: { listSince, today },
      account: null,
      now,
    });
    expect(model).toMatchObject({ account: anAccount(), activeRuns: 3, queuedRuns: 1, today });
    expect(model.history.at(-1)).toMatchObject({ requests: 1, firstDeltaMs: 120 });
    // No more of the log than is shown.
    expect(listSince.mock.calls).toEqual([[now - 30 * 60_000]]);
  });

  it('shows the account that was read, where the server tells of none', () => {
    const account = anAccount({ name: 'read' });
    expect(toOverviewModel(STATES.stopped, { ...CONTEXT, activity: null, account, now }).account).toBe(account);
  });
});

const aToken = (id: string, createdAt: number) => ({
  id,
  name: `name of ${id}`,
  createdAt,
  lastUsedAt: null,
  requestCount: 0,
  expiresAt: null,
  account: null,
  models: null,
  requestsPerMinute: null,
});

describe('access model', () => {
  it('has the default token first, then the oldest', () => {
    const tokens = [aToken('tok_2', 20), aToken('default', 30), aToken('tok_1', 10)];
    const model = toAccessModel({ tokens, accounts: [], state: STATES.idle, requiresToken: true }, english);
    expect(model.tokens.map(({ id }) => id)).toEqual(['default', 'tok_1', 'tok_2']);
  });

  it.each([
    ['noToken', true, 1],
    ['idle', false, 0],
    ['stopped', false, 1],
    ['stopped', true, 0],
    ['open', true, 2],
  ] as const)('%s, tokens required by the settings: %s: %i warnings', (name, requiresToken, count) => {
    const known = { tokens: [], accounts: [], state: STATES[name], requiresToken };
    expect(toAccessModel(known, english).warnings).toHaveLength(count);
  });
});

it('names the token of a conversation, where it has one', () => {
  const conversation = {
    state: 'session',
    id: 's',
    model: 'auto',
    createdAt: 0,
    lastUsedAt: 0,
    turns: 1,
    usage: null,
    pendingTools: [],
    sessionId: null,
  } as const;
  const rows = toSessionRows(
    [
      { ...conversation, owner: 'tok_1' },
      { ...conversation, owner: 'digest of a key' },
    ],
    [aToken('tok_1', 0)],
  );
  expect(rows.map(({ tokenName }) => tokenName)).toEqual(['name of tok_1', null]);
});
