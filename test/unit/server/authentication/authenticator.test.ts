import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client } from '../../../../src/core/client.ts';
import type { GatewayErrorCode } from '../../../../src/core/error-specs.ts';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import type { AccessTokens } from '../../../../src/credentials/access-tokens/access-tokens.ts';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import {
  type AuthenticationOptions,
  createAuthenticator,
} from '../../../../src/server/authentication/create-authenticator.ts';
import { judgeKeyFailure, type KeyVerdict } from '../../../../src/server/authentication/key-checks.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const START = Date.UTC(2030, 0, 1);
const GOOD_KEY = 'crsr_good';
const BAD_KEY = 'crsr_bad';
const UNCLEAR_KEY = 'crsr_unclear';
const TOKEN = 'portside_right';
const HOME = { address: '127.0.0.1', host: 'localhost:8765' };

let tokens: AccessTokens;
beforeEach(() => {
  vi.useFakeTimers({ now: START });
  tokens = createAccessTokens({
    store: createMemoryAccessTokenStore(),
    logger: createMemoryLogger(),
    ownToken: null,
  });
  tokens.setDefault(TOKEN);
});
afterEach(() => {
  tokens.close();
  vi.useRealTimers();
});

/** A stand-in for Cursor that knows three keys. */
const createCursor = () => {
  const asked: string[] = [];
  return {
    asked,
    check: async (apiKey: string): Promise<KeyVerdict> => {
      asked.push(apiKey);
      if (apiKey === UNCLEAR_KEY) throw new GatewayError('upstream_error', 'No route.');
      return { status: apiKey === GOOD_KEY ? 'accepted' : 'refused' };
    },
  };
};
const open = (options: Partial<AuthenticationOptions> = {}) => {
  const authenticator = createAuthenticator({ clients: tokens, isRequired: true, checkCursorKey: null, ...options });
  return {
    ...authenticator,
    ask: async (
      bearer: string | null,
      more: { apiKey?: string; account?: string; address?: string; host?: string } = {},
    ) => {
      const authorization = bearer === null ? undefined : `Bearer ${bearer}`;
      return await toOutcome(authenticator.authenticate({ authorization, ...HOME, ...more }));
    },
  };
};
/** Who is let in, or why not. */
const toOutcome = async (answer: Promise<Client>): Promise<Client | GatewayError> => {
  try {
    return await answer;
  } catch (error) {
    return GatewayError.from(error);
  }
};
const toWords = (answer: Client | GatewayError): string =>
  answer instanceof GatewayError ? answer.code : answer.owner.replace(/^(key|env):[0-9a-f]{64}$/, '$1');

describe('where the token stands', () => {
  test.each<[name: string, authorization: string | undefined, apiKey: string | undefined, expected: string]>([
    ['Authorization', `Bearer ${TOKEN}`, undefined, 'default'],
    ['the scheme in small letters', `bearer ${TOKEN}`, undefined, 'default'],
    ['blanks around it', `Bearer   ${TOKEN} `, undefined, 'default'],
    ['x-api-key', undefined, TOKEN, 'default'],
    ['both', `Bearer ${TOKEN}`, TOKEN, 'default'],
    ['both, the first is wrong', 'Bearer wrong', TOKEN, 'default'],
    ['both, the second is wrong', `Bearer ${TOKEN}`, 'wrong', 'default'],
    ['both are wrong', 'Bearer wrong', 'wrong', 'client_token_invalid'],
    ['without scheme', TOKEN, undefined, 'client_token_invalid'],
    ['another scheme', `Basic ${TOKEN}`, undefined, 'client_token_invalid'],
    ['another scheme beside x-api-key', 'Basic dTpw', TOKEN, 'default'],
    ['two tokens in one header', `Bearer ${TOKEN} ${TOKEN}`, undefined, 'client_token_invalid'],
    ['nothing', undefined, undefined, 'client_token_invalid'],
    ['empty headers', '', '', 'client_token_invalid'],
  ])('%s', async (_name, authorization, apiKey, expected) => {
    const answer = await toOutcome(open().authenticate({ authorization, apiKey, ...HOME }));
    expect(toWords(answer)).toBe(expected);
  });

  test('a token that is sent twice counts as one request', async () => {
    await open().ask(TOKEN, { apiKey: TOKEN });
    expect(tokens.list()).toMatchObject([{ requestCount: 1 }]);
  });
});

describe('what a refusal says', () => {
  test.each<[name: string, token: string | null, isPassedThrough: boolean, says: RegExp]>([
    ['no token', null, false, /^No access token was sent\. .*Authorization: Bearer/],
    ['a wrong one', 'portside_wrong', false, /^The access token is wrong\. .*Copy Access Token/],
    ['a Cursor key', GOOD_KEY, false, /own access token.*portside\.passThroughKeys.*PORTSIDE_PASS_THROUGH_KEYS/],
    ['a Cursor key that Cursor refuses', BAD_KEY, true, /^Cursor does not accept the API key/],
  ])('%s', async (_name, token, isPassedThrough, says) => {
    const answer = await open({ checkCursorKey: isPassedThrough ? createCursor().check : null }).ask(token);
    expect(answer).toMatchObject({ code: 'client_token_invalid', message: expect.stringMatching(says) });
    if (token !== null) expect((answer as GatewayError).message).not.toContain(token);
  });

  test('a revoked token is as any wrong one; an expired and a limited one is named', async () => {
    const { ask } = open();
    const revoked = tokens.create('revoked');
    const expiring = tokens.create('short', { expiresAt: START + 1000 });
    const slow = tokens.create('slow', { requestsPerMinute: 1 });
    tokens.revoke('revoked');
    await ask(slow.token);
    vi.setSystemTime(START + 1000);
    const wrong = await ask('portside_wrong');
    expect(await ask(revoked.token)).toMatchObject({ message: (wrong as GatewayError).message });
    expect(await ask(expiring.token)).toMatchObject({
      code: 'client_token_invalid',
      message: expect.stringContaining('"short" has expired'),
    });
    expect(await ask(slow.token)).toMatchObject({
      code: 'token_rate_limited',
      message: expect.stringContaining('"slow"'),
      retryAfterSeconds: 59,
    });
  });
});

describe('X-Portside-Account', () => {
  const work = { type: 'account', name: 'work' };
  test.each<[sender: 'free' | 'bound' | 'key' | 'anonymous', account: string | undefined, expected: object | string]>([
    ['free', undefined, { type: 'default' }],
    ['free', '', { type: 'default' }],
    ['free', '  ', { type: 'default' }],
    ['free', ' work ', work],
    ['bound', undefined, work],
    ['bound', ' ', work],
    ['bound', 'work', work],
    ['bound', 'home', 'permission_denied'],
    ['key', undefined, { type: 'key', apiKey: GOOD_KEY }],
    ['key', 'work', 'permission_denied'],
    ['anonymous', undefined, { type: 'default' }],
    ['anonymous', 'work', work],
  ])('of %s: %j', async (sender, account, expected) => {
    const { ask } = open({ checkCursorKey: createCursor().check, isRequired: sender !== 'anonymous' });
    const { token } = tokens.create('bound', { account: 'work' });
    const bearer = { free: TOKEN, bound: token, key: GOOD_KEY, anonymous: null }[sender];
    const answer = await ask(bearer, account === undefined ? {} : { account });
    if (typeof expected === 'string') {
      expect(answer).toMatchObject({ code: expected });
      expect((answer as GatewayError).message).not.toContain(GOOD_KEY);
    } else {
      expect(answer).toMatchObject({ account: expected });
    }
  });
});

describe('where no token is required', () => {
  test.each<[name: string, token: string | null, isPassedThrough: boolean, expected: string]>([
    ['nothing', null, false, 'anonymous'],
    ['a wrong token', 'wrong', false, 'anonymous'],
    ['a known token', TOKEN, false, 'default'],
    ['a Cursor key', GOOD_KEY, false, 'anonymous'],
    ['a Cursor key, passed through', GOOD_KEY, true, 'key'],
    ['a wrong Cursor key, passed through', BAD_KEY, true, 'client_token_invalid'],
  ])('%s', async (_name, token, isPassedThrough, expected) => {
    const { ask } = open({ isRequired: false, checkCursorKey: isPassedThrough ? createCursor().check : null });
    expect(toWords(await ask(token))).toBe(expected);
  });

  test.each<[host: string, token: string | null, expected: string]>([
    ['127.0.0.1:8765', null, 'anonymous'],
    ['LOCALHOST', 'wrong', 'anonymous'],
    ['[::1]:8765', null, 'anonymous'],
    ['my.tunnel.example', null, 'client_token_invalid'],
    ['my.tunnel.example:443', 'wrong', 'client_token_invalid'],
    ['host.docker.internal:8765', null, 'client_token_invalid'],
    ['192.168.1.5:8765', null, 'client_token_invalid'],
    ['localhost.evil.example', null, 'client_token_invalid'],
    ['', null, 'client_token_invalid'],
    ['my.tunnel.example', TOKEN, 'default'],
    ['my.tunnel.example', GOOD_KEY, 'key'],
  ])('only names of this machine make nobody known: under "%s" %j is %s', async (host, token, expected) => {
    const answer = await open({ isRequired: false, checkCursorKey: createCursor().check }).ask(token, { host });
    expect(toWords(answer)).toBe(expected);
    if (answer instanceof GatewayError) expect(answer.message).toMatch(/needed under this host name/);
  });

  test('wrong tokens under another name count as failed authentications', async () => {
    const { ask } = open({ isRequired: false });
    const host = 'my.tunnel.example';
    for (let count = 0; count < 60; count += 1) await ask('wrong', { host });
    expect(toWords(await ask('wrong', { host }))).toBe('too_many_failed_authentications');
  });

  test('a known token keeps its limits, and nobody else is ever refused', async () => {
    const { ask } = open({ isRequired: false });
    const { token } = tokens.create('slow', { requestsPerMinute: 1, models: ['gpt-5'], expiresAt: START + 90_000 });
    expect(await ask(token)).toMatchObject({ models: ['gpt-5'] });
    expect(toWords(await ask(token))).toBe('token_rate_limited');
    vi.setSystemTime(START + 90_000);
    expect(toWords(await ask(token))).toBe('client_token_invalid');
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask('wrong')));
    expect(new Set(answers.map(toWords))).toEqual(new Set(['anonymous']));
  });
});

describe('failed authentications', () => {
  test('after 60 a minute from one address, wrong tokens get 429, and right ones pass', async () => {
    const { ask } = open();
    const codes: string[] = [];
    for (let count = 0; count < 70; count += 1) codes.push(toWords(await ask(`wrong-${count}`)));
    expect(codes).toEqual([
      ...Array.from({ length: 60 }, () => 'client_token_invalid'),
      ...Array.from({ length: 10 }, () => 'too_many_failed_authentications'),
    ]);
    expect(toWords(await ask(TOKEN))).toBe('default');
    expect(toWords(await ask('wrong', { apiKey: TOKEN }))).toBe('default');
    expect(toWords(await ask('wrong', { address: '::ffff:127.0.0.1' }))).toBe('too_many_failed_authentications');
    expect(toWords(await ask('wrong', { address: '127.0.0.2' }))).toBe('client_token_invalid');
    vi.setSystemTime(START + 20_500);
    expect(await ask('wrong')).toMatchObject({ retryAfterSeconds: 40 });
    vi.setSystemTime(START + 60_000);
    expect(toWords(await ask('wrong'))).toBe('client_token_invalid');
  });

  test('a whole IPv6 network counts as one address', async () => {
    const { ask } = open();
    for (let count = 0; count < 60; count += 1) await ask('wrong', { address: `2001:db8::${count}` });
    expect(toWords(await ask('wrong', { address: '2001:db8::ffff:1' }))).toBe('too_many_failed_authentications');
    expect(toWords(await ask('wrong', { address: '2001:db8:0:1::1' }))).toBe('client_token_invalid');
  });

  test('requests without a token, and those of known ones, count for nothing', async () => {
    const { ask } = open();
    const expiring = tokens.create('short', { expiresAt: START + 1 });
    const slow = tokens.create('slow', { requestsPerMinute: 1 });
    vi.setSystemTime(START + 2);
    for (let count = 0; count < 100; count += 1) {
      for (const token of [null, expiring.token, slow.token]) await ask(token);
    }
    expect([toWords(await ask(null)), toWords(await ask('wrong'))]).toEqual([
      'client_token_invalid',
      'client_token_invalid',
    ]);
  });
});

describe('keys of callers', () => {
  test('are asked of Cursor, and known by their hash from then on', async () => {
    const cursor = createCursor();
    const { ask } = open({ checkCursorKey: cursor.check });
    const client = await ask(GOOD_KEY);
    expect(client).toMatchObject({
      owner: `key:${createHash('sha256').update(GOOD_KEY).digest('hex')}`,
      tokenName: null,
      account: { type: 'key', apiKey: GOOD_KEY },
      isAccountFixed: true,
      models: null,
    });
    expect(toWords(await ask(null, { apiKey: GOOD_KEY }))).toBe('key');
    expect(toWords(await ask('wrong', { apiKey: GOOD_KEY }))).toBe('key');
    expect(cursor.asked).toEqual([GOOD_KEY]);
  });

  test.each([
    ['accepted', GOOD_KEY, 5 * 60_000, 'key'],
    ['refused', BAD_KEY, 60_000, 'client_token_invalid'],
    ['not answered', UNCLEAR_KEY, 0, 'upstream_unavailable'],
  ])('that are %s are asked for again after a while', async (_name, key, rememberedMs, expected) => {
    const cursor = createCursor();
    const { ask } = open({ checkCursorKey: cursor.check });
    expect(toWords(await ask(key))).toBe(expected);
    await vi.advanceTimersByTimeAsync(Math.max(0, rememberedMs - 1000));
    expect(toWords(await ask(key))).toBe(expected);
    expect(cursor.asked).toHaveLength(rememberedMs === 0 ? 2 : 1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(toWords(await ask(key))).toBe(expected);
    expect(cursor.asked).toHaveLength(rememberedMs === 0 ? 3 : 2);
  });

  test('that match an access token are just that', async () => {
    const cursor = createCursor();
    tokens.setDefault(GOOD_KEY);
    expect(toWords(await open({ checkCursorKey: cursor.check }).ask(GOOD_KEY))).toBe('default');
    expect(cursor.asked).toEqual([]);
  });

  test('that are wrong count as failed authentications, the right ones pass all the same', async () => {
    const { ask } = open({ checkCursorKey: createCursor().check });
    for (let count = 0; count < 60; count += 1) {
      expect(toWords(await ask(`${BAD_KEY}${count % 7}`))).toBe('client_token_invalid');
    }
    expect(toWords(await ask(BAD_KEY))).toBe('too_many_failed_authentications');
    expect(toWords(await ask('wrong'))).toBe('too_many_failed_authentications');
    expect(toWords(await ask(GOOD_KEY))).toBe('key');
  });

  test('that Cursor refuses in a run are asked for again, and count', async () => {
    const cursor = createCursor();
    const authenticator = open({ checkCursorKey: cursor.check });
    const { ask } = authenticator;
    for (const key of [GOOD_KEY, UNCLEAR_KEY]) await ask(key);
    for (let count = 0; count < 60; count += 1) authenticator.noteRefusedKey(GOOD_KEY);
    authenticator.noteRefusedKey('crsr_never_seen');
    expect(toWords(await ask('wrong'))).toBe('too_many_failed_authentications');
    await ask(GOOD_KEY);
    expect(cursor.asked).toEqual([GOOD_KEY, UNCLEAR_KEY, GOOD_KEY]);
  });

  test('are asked for four at a time, each once, and not without end', async () => {
    const waiting = new Map<string, (verdict: KeyVerdict) => void>();
    const { ask } = open({
      checkCursorKey: (apiKey) => new Promise((resolve) => waiting.set(apiKey, resolve)),
    });
    const answers = Array.from({ length: 36 }, (_, index) => [ask(`crsr_${index}`), ask(`crsr_${index}`)]).flat();
    await vi.advanceTimersByTimeAsync(0);
    expect([...waiting.keys()]).toEqual(['crsr_0', 'crsr_1', 'crsr_2', 'crsr_3']);
    expect(await ask('crsr_late')).toMatchObject({ code: 'too_many_runs', retryAfterSeconds: 5 });
    // Who waits already, and who has an access token, is not held up by that.
    const again = ask('crsr_35');
    expect(toWords(await ask(TOKEN))).toBe('default');
    for (let index = 0; index < 36; index += 1) {
      waiting.get(`crsr_${index}`)?.({ status: 'accepted' });
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(new Set((await Promise.all([...answers, again])).map(toWords))).toEqual(new Set(['key']));
    expect(waiting.size).toBe(36);
  });

  test('that Cursor says nothing of within 10 s are not let in', async () => {
    vi.useRealTimers();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const controller = new AbortController();
      setImmediate(() => controller.abort());
      return controller.signal;
    });
    try {
      const { ask } = open({ checkCursorKey: () => new Promise(() => {}) });
      expect(await ask(GOOD_KEY)).toMatchObject({
        code: 'upstream_unavailable',
        message: expect.stringContaining('did not answer within 10 s'),
      });
      expect(timeout).toHaveBeenCalledWith(10_000);
    } finally {
      timeout.mockRestore();
    }
  });

  test.each<[name: string, verdict: () => Promise<KeyVerdict>, reason: string]>([
    ['says why', async () => ({ status: 'unknown', reason: 'No route. Check it.' }), ' No route. Check it. Try again'],
    ['does not end in a full stop', async () => ({ status: 'unknown', reason: 'No route' }), ' No route. Try again'],
    [
      'says to try again itself',
      async () => ({ status: 'unknown', reason: 'Cursor is down. Try again in a moment.' }),
      ' Cursor is down. Try again',
    ],
    [
      'fails',
      async () => await Promise.reject(new GatewayError('bridge_unavailable', 'It is lost.')),
      ' It is lost. Try',
    ],
  ])('that cannot be judged get 503 with the reason, and nobody in: the check %s', async (_name, verdict, reason) => {
    for (const isRequired of [true, false]) {
      const { ask } = open({ isRequired, checkCursorKey: verdict });
      for (let count = 0; count < 100; count += 1) await ask(`crsr_${count}`);
      const answer = await ask(GOOD_KEY);
      if (!(answer instanceof GatewayError)) throw new Error('let in');
      expect(answer.spec.status).toBe(503);
      expect(answer.message).toContain(`Cursor cannot be asked whether this API key is right:${reason}`);
      expect(answer.message.match(/Try again in a moment\.$/)).not.toBeNull();
      expect(answer.message.match(/Try again/g)).toHaveLength(1);
      expect(answer.message).not.toMatch(/crsr_/);
      // It was no guess: nobody knows.
      expect(toWords(await ask('wrong', { host: 'tunnel.example' }))).toBe('client_token_invalid');
    }
  });

  test('let nobody in where the check is defective, and the log is told', async () => {
    const defect = new Error('detail');
    const { ask } = open({ isRequired: false, checkCursorKey: async () => await Promise.reject(defect) });
    for (let count = 0; count < 2; count += 1) {
      expect(await ask(GOOD_KEY)).toMatchObject({ code: 'internal_error', cause: defect });
    }
  });

  test('that cannot be judged do not stand in the way of a right one beside them', async () => {
    const { ask } = open({ checkCursorKey: createCursor().check });
    expect(toWords(await ask(UNCLEAR_KEY, { apiKey: GOOD_KEY }))).toBe('key');
    expect(toWords(await ask(UNCLEAR_KEY, { apiKey: TOKEN }))).toBe('default');
    expect(toWords(await ask(BAD_KEY, { apiKey: UNCLEAR_KEY }))).toBe('upstream_unavailable');
  });

  test.each<[code: GatewayErrorCode, status: KeyVerdict['status']]>([
    ['cursor_sign_in_required', 'refused'],
    ['rate_limited', 'accepted'],
    ['upstream_unavailable', 'unknown'],
    ['bridge_unavailable', 'unknown'],
    ['permission_denied', 'unknown'],
    ['timeout', 'unknown'],
  ])('are judged by how the question failed: %s means %s', (code, status) => {
    const verdict = judgeKeyFailure(new GatewayError(code, 'Words.'));
    expect(verdict).toEqual(status === 'unknown' ? { status, reason: 'Words.' } : { status });
  });

  test('leave room to others where many wrong ones come from one address', async () => {
    const waiting = new Map<string, (verdict: KeyVerdict) => void>();
    const { ask } = open({
      checkCursorKey: (apiKey) => new Promise((resolve) => waiting.set(apiKey, resolve)),
    });
    for (let count = 0; count < 60; count += 1) await ask('wrong');
    const guesses = Array.from({ length: 12 }, (_, index) => ask(`${BAD_KEY}${index}`));
    await vi.advanceTimersByTimeAsync(0);
    expect(await ask(`${BAD_KEY}12`)).toMatchObject({ code: 'too_many_runs', retryAfterSeconds: 5 });
    const other = ask(GOOD_KEY, { address: '10.0.0.1' });
    for (let round = 0; round < 4; round += 1) {
      await vi.advanceTimersByTimeAsync(0);
      for (const [key, resolve] of waiting) resolve({ status: key === GOOD_KEY ? 'accepted' : 'refused' });
    }
    expect(toWords(await other)).toBe('key');
    expect(new Set((await Promise.all(guesses)).map(toWords))).toEqual(new Set(['too_many_failed_authentications']));
  });
});

test('requests without a token of their own are never ended by another’s', async () => {
  const { ask } = open({ isRequired: false });
  const [first, second] = [await ask(null), await ask(null)];
  if (first instanceof GatewayError || second instanceof GatewayError) throw new Error('refused');
  expect(first.revocation).not.toBe(second.revocation);
  expect(first.revocation.aborted).toBe(false);
});
