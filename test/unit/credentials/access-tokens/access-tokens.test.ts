import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AccessTokenLimits, AccessTokenStore } from '../../../../src/core/access-token.ts';
import type { ClientCheck } from '../../../../src/core/client.ts';
import type { AccessTokens } from '../../../../src/credentials/access-tokens/access-tokens.ts';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2030, 0, 1);

let opened: AccessTokens[] = [];
const open = (options: { store?: AccessTokenStore; ownToken?: string | null } = {}) => {
  const store = options.store ?? createMemoryAccessTokenStore();
  const logger = createMemoryLogger();
  const tokens = createAccessTokens({ store, logger, ownToken: options.ownToken ?? null });
  opened.push(tokens);
  return { tokens, store, logger };
};
/** What a check says, without what is the same each time. */
const toWords = (check: ClientCheck): string => {
  switch (check.status) {
    case 'accepted':
      return `accepted ${check.client.tokenName}`;
    case 'limited':
      return `limited ${check.tokenName} ${check.retryAfterSeconds}`;
    case 'expired':
      return `expired ${check.tokenName}`;
    case 'unknown':
      return 'unknown';
  }
};
const check = async (tokens: AccessTokens, token: string): Promise<string> => toWords(await tokens.check(token));
const admit = async (tokens: AccessTokens, token: string) => {
  const answer = await tokens.check(token);
  if (answer.status !== 'accepted') throw new Error(answer.status);
  return answer.client;
};

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  opened = [];
});
afterEach(() => {
  for (const tokens of opened) tokens.close();
  vi.useRealTimers();
});

test('a token is made of 256 random bits, and only its digest is kept', async () => {
  const { tokens, store } = open();
  const made = [tokens.create('one'), tokens.create('two')];
  for (const { token, info } of made) {
    expect(token).toMatch(/^portside_[\w-]{43}$/);
    expect(info.id).toMatch(/^tok_[0-9a-f]{12}$/);
    expect(JSON.stringify([store.list(), tokens.list()])).not.toContain(token);
  }
  expect(new Set(made.flatMap(({ token, info }) => [token, info.id])).size).toBe(4);
  expect(store.list().map(({ digest }) => digest)).toEqual(
    made.map(({ token }) => createHash('sha256').update(token).digest('hex')),
  );
  expect(JSON.stringify(tokens.list())).not.toContain('digest');
});

test('requests are told by their token', async () => {
  const { tokens } = open();
  const one = tokens.create('one', { account: ' work ', models: ['gpt-5', ' gpt-5 ', 'composer-2.5'] });
  const two = tokens.create('two');
  expect(await admit(tokens, one.token)).toMatchObject({
    owner: one.info.id,
    tokenName: 'one',
    account: { type: 'account', name: 'work' },
    isAccountFixed: true,
    models: ['gpt-5', 'composer-2.5'],
  });
  expect(await admit(tokens, two.token)).toMatchObject({
    owner: two.info.id,
    account: { type: 'default' },
    isAccountFixed: false,
    models: null,
  });
  for (const wrong of [
    '',
    'portside_',
    one.token.slice(0, -1),
    `${one.token}x`,
    one.token.toUpperCase(),
    one.info.id,
  ]) {
    expect(await check(tokens, wrong)).toBe('unknown');
  }
});

describe('names', () => {
  test.each<[name: string, stored: string | null]>([
    ['a', 'a'],
    ['  laptop  ', 'laptop'],
    ['Mein Schlüssel 👍🏽', 'Mein Schlüssel 👍🏽'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['👍'.repeat(64), '👍'.repeat(64)],
    ['x'.repeat(65), null],
    ['', null],
    ['   ', null],
    ['two\nlines', null],
    ['\u001b[31mred', null],
    ['hidden\u200b', null],
    ['turned\u202eround', null],
    ['default', null],
    ['Default', null],
    ['tok_0123', null],
    ['TAKEN', null],
  ])('%j', (name, stored) => {
    const { tokens } = open();
    tokens.create('taken');
    if (stored === null) {
      expect(() => tokens.create(name)).toThrow(
        expect.objectContaining({ name: 'GatewayError', code: name === 'TAKEN' ? 'conflict' : 'invalid_request' }),
      );
      expect(tokens.list()).toHaveLength(1);
    } else {
      expect(tokens.create(name).info.name).toBe(stored);
    }
  });
});

describe('limits that make no sense', () => {
  test.each<[what: string, limits: Partial<AccessTokenLimits>, says: RegExp]>([
    ['a time that is now', { expiresAt: START }, /future/],
    ['a time in the past', { expiresAt: START - 1 }, /future/],
    ['no time', { expiresAt: Number.NaN }, /future/],
    ['no end of time', { expiresAt: Number.POSITIVE_INFINITY }, /future/],
    ['an account without name', { account: ' ' }, /account/],
    ['no models', { models: [] }, /models/],
    ['an empty model', { models: ['gpt-5', ''] }, /models/],
    ['no requests', { requestsPerMinute: 0 }, /whole number/],
    ['half a request', { requestsPerMinute: 1.5 }, /whole number/],
  ])('%s', (_what, limits, says) => {
    const { tokens } = open();
    expect(() => tokens.create('a', limits)).toThrow(says);
    expect(tokens.list()).toEqual([]);
  });
});

describe('the default token', () => {
  test('is replaced: the one before is worth nothing, and what it had open ends', async () => {
    const { tokens } = open();
    tokens.setDefault('first');
    const client = await admit(tokens, 'first');
    expect(client).toMatchObject({ owner: 'default', tokenName: 'default' });
    tokens.setDefault('first');
    expect(client.revocation.aborted).toBe(false);
    vi.setSystemTime(START + DAY);
    tokens.setDefault('second');
    expect(client.revocation.reason).toMatchObject({
      code: 'client_token_invalid',
      message: 'The access token "default" was replaced.',
    });
    expect([await check(tokens, 'first'), await check(tokens, 'second')]).toEqual(['unknown', 'accepted default']);
    expect((await admit(tokens, 'second')).revocation.aborted).toBe(false);
    expect(tokens.list()).toEqual([
      expect.objectContaining({ id: 'default', createdAt: START + DAY, requestCount: 2, lastUsedAt: START + DAY }),
    ]);
  });

  test('can be compared with what somebody takes for it', () => {
    const { tokens } = open();
    const { token } = tokens.create('first');
    expect(tokens.compareDefault(token)).toBe('absent');
    tokens.setDefault('first');
    tokens.setDefault('second');
    expect(['first', 'second', ''].map((each) => tokens.compareDefault(each))).toEqual(['other', 'same', 'other']);
  });

  test.each(['default', 'DEFAULT'])('cannot be revoked as %s', async (name) => {
    const { tokens } = open();
    tokens.setDefault('first');
    expect(() => tokens.revoke(name)).toThrow(/cannot be revoked, only replaced/);
    expect(await check(tokens, 'first')).toBe('accepted default');
  });

  test('gives way to a token of the process’s own, which is stored nowhere', async () => {
    const store = createMemoryAccessTokenStore();
    const before = open({ store });
    before.tokens.setDefault('stored');
    const named = before.tokens.create('named');
    const { tokens } = open({ store, ownToken: 'my-own' });
    const answers = await Promise.all(['stored', 'my-own', named.token].map((token) => check(tokens, token)));
    expect(answers).toEqual(['unknown', 'accepted default', 'accepted named']);
    expect((await admit(tokens, 'my-own')).owner).toBe(`env:${createHash('sha256').update('my-own').digest('hex')}`);
    await vi.advanceTimersByTimeAsync(2000);
    expect(tokens.list()).toMatchObject([
      { id: 'default', requestCount: 2, lastUsedAt: START },
      { name: 'named', requestCount: 1 },
    ]);
    expect(store.list()).toMatchObject([
      { id: 'default', requestCount: 0, digest: createHash('sha256').update('stored').digest('hex') },
      { name: 'named', requestCount: 1 },
    ]);
    expect(() => tokens.revoke('default')).toThrow(/only replaced/);
    tokens.setDefault('rotated');
    expect([await check(tokens, 'rotated'), await check(tokens, 'my-own')]).toEqual(['unknown', 'accepted default']);
  });
});

describe('a token is revoked', () => {
  test.each<[by: string, toKey: (info: { id: string; name: string }) => string]>([
    ['id', ({ id }) => id],
    ['name', ({ name }) => name],
    ['name in other case, with blanks', ({ name }) => ` ${name.toUpperCase()} `],
  ])('by its %s, with what it has open', async (_by, toKey) => {
    const { tokens } = open();
    const { token, info } = tokens.create('laptop');
    const other = tokens.create('other');
    const [client, again, bystander] = [
      await admit(tokens, token),
      await admit(tokens, token),
      await admit(tokens, other.token),
    ];
    expect(tokens.revoke(toKey(info))).toMatchObject({ id: info.id, name: 'laptop', requestCount: 2 });
    for (const { revocation } of [client, again]) {
      expect(revocation.reason).toMatchObject({
        code: 'client_token_invalid',
        message: 'The access token "laptop" was revoked.',
      });
    }
    expect(bystander.revocation.aborted).toBe(false);
    expect([await check(tokens, token), await check(tokens, other.token)]).toEqual(['unknown', 'accepted other']);
    expect(() => tokens.revoke(toKey(info))).toThrow(/There is no access token/);
  });
});

test('a token expires at its time, with what it has open, also after more than 25 days', async () => {
  const { tokens } = open();
  const { token } = tokens.create('short', { expiresAt: START + 100 * DAY });
  const client = await admit(tokens, token);
  let changes = 0;
  tokens.onDidChange(() => (changes += 1));
  vi.setSystemTime(START + 100 * DAY - 1000);
  await vi.advanceTimersByTimeAsync(500);
  expect([await check(tokens, token), client.revocation.aborted]).toEqual(['accepted short', false]);
  changes = 0;
  await vi.advanceTimersByTimeAsync(1000);
  expect([await check(tokens, token), changes > 0]).toEqual(['expired short', true]);
  expect(client.revocation.reason).toMatchObject({
    code: 'client_token_invalid',
    message: 'The access token "short" has expired.',
  });
  expect(tokens.list()).toHaveLength(1);
});

test('a token makes no more requests in a minute than it may, whatever others do', async () => {
  const { tokens } = open();
  const slow = tokens.create('slow', { requestsPerMinute: 2 });
  const free = tokens.create('free');
  expect([await check(tokens, slow.token), await check(tokens, slow.token)]).toEqual([
    'accepted slow',
    'accepted slow',
  ]);
  vi.setSystemTime(START + 10_500);
  expect(await check(tokens, slow.token)).toBe('limited slow 50');
  // A change of another token leaves the count alone.
  tokens.create('new');
  expect([await check(tokens, slow.token), await check(tokens, free.token)]).toEqual([
    'limited slow 50',
    'accepted free',
  ]);
  vi.setSystemTime(START + MINUTE);
  expect(await check(tokens, slow.token)).toBe('accepted slow');
  expect(tokens.list()).toMatchObject([
    { name: 'slow', requestCount: 3 },
    { name: 'free', requestCount: 1 },
    { name: 'new' },
  ]);
});

describe('uses', () => {
  test('are stored in batches, never in the way of a request, and at the end', async () => {
    const store = createMemoryAccessTokenStore();
    const noteUse = vi.spyOn(store, 'noteUse');
    const { tokens } = open({ store });
    const { token, info } = tokens.create('a');
    for (let index = 0; index < 50; index += 1) await check(tokens, token);
    expect(noteUse).not.toHaveBeenCalled();
    expect(tokens.list()).toMatchObject([{ requestCount: 50, lastUsedAt: START }]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(noteUse.mock.calls).toEqual([[info.id, 50, START]]);
    await check(tokens, token);
    expect(tokens.list()).toMatchObject([{ requestCount: 51 }]);
    tokens.close();
    expect(noteUse).toHaveBeenCalledTimes(2);
    expect(store.list()).toMatchObject([{ requestCount: 51 }]);
  });

  test('of a token that is gone or was replaced count for nobody', async () => {
    const { tokens, store } = open();
    tokens.setDefault('first');
    await check(tokens, 'first');
    tokens.setDefault('second');
    await vi.advanceTimersByTimeAsync(2000);
    expect(store.list()).toMatchObject([{ id: 'default', requestCount: 0 }]);
  });

  test('wait where the storage fails, and one warning says so', async () => {
    const store = createMemoryAccessTokenStore();
    const { tokens, logger } = open({ store });
    const { token } = tokens.create('a');
    const noteUse = vi.spyOn(store, 'noteUse').mockImplementation(() => {
      throw new Error('disk full');
    });
    for (let index = 0; index < 3; index += 1) {
      expect(await check(tokens, token)).toBe('accepted a');
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(logger.lines).toEqual([expect.stringContaining('disk full')]);
    noteUse.mockRestore();
    await check(tokens, token);
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.list()).toMatchObject([{ requestCount: 4 }]);
  });
});

test('every change is told, until nobody listens', async () => {
  const { tokens } = open();
  let changes = 0;
  const count = (): number => {
    const seen = changes;
    changes = 0;
    return seen;
  };
  const dispose = tokens.onDidChange(() => (changes += 1));
  tokens.setDefault('first');
  expect(count()).toBe(1);
  const { token } = tokens.create('a');
  expect(count()).toBe(1);
  await check(tokens, token);
  await vi.advanceTimersByTimeAsync(1000);
  expect(count()).toBe(1);
  tokens.revoke('a');
  expect(count()).toBe(1);
  dispose();
  tokens.create('b');
  expect(count()).toBe(0);
});

test('what cannot be read is read again: the known tokens work meanwhile, and one warning says so', async () => {
  const memory = createMemoryAccessTokenStore();
  let isBroken = false;
  let version = 0;
  const store: AccessTokenStore = {
    ...memory,
    get version() {
      return version;
    },
    list() {
      if (isBroken) throw new Error('disk I/O error');
      return memory.list();
    },
  };
  const { tokens, logger } = open({ store });
  const { token, info } = tokens.create('a');
  // Another process revokes it.
  memory.remove(info.id);
  version += 1;
  isBroken = true;
  expect([await check(tokens, token), await check(tokens, token)]).toEqual(['accepted a', 'accepted a']);
  expect(logger.lines).toEqual([expect.stringContaining('disk I/O error')]);
  isBroken = false;
  expect(await check(tokens, token)).toBe('unknown');
});
