import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CursorSignIn, IssuedKey } from '../../../src/core/account.ts';
import { startMeddlingProxy } from '../../support/meddling-proxy.ts';
import { findChildren } from '../../support/process-tree.ts';
import { findSecrets } from '../../support/secrets.ts';
import {
  BRIDGE_PATH,
  collectRun,
  createTestBackend,
  createTestSignIn,
  startSimulatedCursor,
  toAnswerText,
  toRunFailure,
  toRunRequest,
} from '../../support/simulated-cursor.ts';

const DAY_MS = 24 * 60 * 60_000;
const CREATE_KEY = '/aiserver.v1.DashboardService/CreateUserApiKey';
const GET_ME = '/aiserver.v1.DashboardService/GetMe';
const IN_TEN_DAYS = Date.now() + 10 * DAY_MS;
const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/bridge');

const never = () => new AbortController().signal;

/** Signs in and opens the page as the given person; tells the pages that were announced. */
const signInAs = async (signIn: CursorSignIn, person: string, keyName = 'Portside') => {
  const urls: string[] = [];
  const opened: Promise<Response>[] = [];
  const key = await signIn.signIn({
    keyName,
    onUrl(url) {
      urls.push(url);
      opened.push(fetch(`${url}&person=${person}`));
    },
    signal: never(),
  });
  await Promise.all(opened);
  return { key, urls };
};

const exchange = (signIn: CursorSignIn, sessionToken: string, signal = never()): Promise<IssuedKey> =>
  signIn.exchangeSession({ sessionToken, keyName: 'Portside on ada', expiresAt: IN_TEN_DAYS, signal });

/** The processes that this test has started and that still run. */
const ownBridges = () => findChildren(process.pid).filter(({ commandLine }) => commandLine.includes('bridge'));

describe('a sign-in with the browser', () => {
  it('announces the page, waits for the person, and gives a key that works', async () => {
    const cursor = await startSimulatedCursor({ rules: [{ then: [{ text: 'Hello.' }] }] });
    const { signIn, dataFolder, logger } = createTestSignIn({ backendUrl: cursor.url });
    const { key, urls } = await signInAs(signIn, 'ada', 'Portside on ada');
    expect(urls).toEqual([expect.stringMatching(/\/loginDeepControl\?challenge=.+&redirectTarget=sdk$/u)]);
    expect(urls[0]?.startsWith(cursor.url)).toBe(true);
    expect(key).toMatchObject({ apiKey: expect.stringMatching(/^crsr_/u), email: 'ada@simulator.invalid' });
    expect(Math.abs(key.expiresAt - (Date.now() + 90 * DAY_MS))).toBeLessThan(60_000);
    expect(await cursor.keys()).toEqual([
      {
        name: 'Portside on ada',
        expiresAt: key.expiresAt,
        email: 'ada@simulator.invalid',
        createdBy: 'browser',
      },
    ]);
    expect(await signIn.readProfile(key.apiKey, never())).toEqual({
      email: 'ada@simulator.invalid',
      keyName: 'Portside on ada',
    });
    expect(ownBridges()).toEqual([]);
    expect(readdirSync(dataFolder)).toEqual([]);
    expect(findSecrets(logger.lines.join('\n'), [...urls])).toEqual([]);

    const { backend } = createTestBackend({ backendUrl: cursor.url, apiKey: key.apiKey });
    await backend.start();
    const request = toRunRequest('Hello', { apiKey: key.apiKey });
    expect(toAnswerText(await collectRun(backend, request))).toBe('Hello.');
    await cursor.control('expire-keys');
    expect(toRunFailure(await collectRun(backend, request)).code).toBe('cursor_sign_in_required');
    await expect(backend.readProfile(key.apiKey)).rejects.toMatchObject({
      code: 'cursor_sign_in_required',
      message: expect.stringContaining('The API key has expired'),
    });
  });

  it('waits while nobody has confirmed it', async () => {
    const cursor = await startSimulatedCursor();
    const { signIn } = createTestSignIn({ backendUrl: cursor.url });
    const polls = async () => (await cursor.calls())['/auth/poll'] ?? 0;
    const key = await signIn.signIn({
      keyName: 'Portside',
      onUrl: (url) => {
        void vi.waitUntil(async () => (await polls()) > 0, { timeout: 10_000 }).then(() => fetch(url));
      },
      signal: never(),
    });
    expect(key.email).toBe('person@simulator.invalid');
    expect(await polls()).toBeGreaterThan(1);
  });

  it('can be cancelled, which ends its process', async () => {
    const cursor = await startSimulatedCursor();
    const { signIn, dataFolder } = createTestSignIn({ backendUrl: cursor.url });
    const abortion = new AbortController();
    const signing = signIn.signIn({ keyName: 'Portside', onUrl: () => abortion.abort(), signal: abortion.signal });
    await expect(signing).rejects.toMatchObject({
      code: 'cursor_sign_in_required',
      message: 'The sign-in was cancelled.',
    });
    expect(ownBridges()).toEqual([]);
    expect(readdirSync(dataFolder)).toEqual([]);
    expect(await cursor.keys()).toEqual([]);
  });

  it('can be cancelled before it has begun', async () => {
    const { signIn, dataFolder } = createTestSignIn();
    const signing = signIn.signIn({ keyName: 'Portside', onUrl: () => undefined, signal: AbortSignal.abort() });
    await expect(signing).rejects.toMatchObject({ message: 'The sign-in was cancelled.' });
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('that the account may not make a key of says so', async () => {
    const cursor = await startSimulatedCursor();
    await cursor.control('deny-next-key');
    const { signIn, dataFolder } = createTestSignIn({ backendUrl: cursor.url });
    await expect(signInAs(signIn, 'ada')).rejects.toMatchObject({
      code: 'permission_denied',
      message: expect.stringMatching(/makes no API key.*"?This account may not create API keys\..*set an API key/u),
    });
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('that loses Cursor says so', async () => {
    const cursor = await startSimulatedCursor();
    const { signIn } = createTestSignIn({ backendUrl: cursor.url });
    const signing = signIn.signIn({ keyName: 'Portside', onUrl: () => void cursor.close(), signal: never() });
    await expect(signing).rejects.toMatchObject({
      code: 'upstream_error',
      message: expect.stringMatching(/could not be reached.*Check the network connection/u),
    });
  });

  it('whose process is lost says so', async () => {
    const cursor = await startSimulatedCursor();
    const { signIn, dataFolder } = createTestSignIn({ backendUrl: cursor.url });
    const kill = () => {
      for (const { pid } of ownBridges()) process.kill(pid, 'SIGKILL');
    };
    await expect(signIn.signIn({ keyName: 'Portside', onUrl: kill, signal: never() })).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: 'The process that holds the Cursor SDK was lost. Try again.',
    });
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  it('does not meet another one at the same time', async () => {
    const cursor = await startSimulatedCursor();
    const { signIn, dataFolder } = createTestSignIn({ backendUrl: cursor.url });
    const [ada, bob] = await Promise.all([signInAs(signIn, 'ada'), signInAs(signIn, 'bob')]);
    expect([ada.key.email, bob.key.email]).toEqual(['ada@simulator.invalid', 'bob@simulator.invalid']);
    expect(ada.key.apiKey).not.toBe(bob.key.apiKey);
    expect(readdirSync(dataFolder)).toEqual([]);
  });
});

describe("the exchange of an editor's session", () => {
  it('gives a named, expiring key', async () => {
    const cursor = await startSimulatedCursor();
    const { signIn, dataFolder, logger } = createTestSignIn({ backendUrl: `${cursor.url}/` });
    const key = await exchange(signIn, 'simulator_session_editor_ada_1');
    expect(key).toEqual({
      apiKey: expect.stringMatching(/^crsr_/u),
      email: 'ada@simulator.invalid',
      expiresAt: IN_TEN_DAYS,
    });
    expect(await cursor.keys()).toEqual([
      {
        name: 'Portside on ada',
        expiresAt: IN_TEN_DAYS,
        email: 'ada@simulator.invalid',
        createdBy: 'session',
      },
    ]);
    expect(await signIn.readProfile(key.apiKey, never())).toMatchObject({ keyName: 'Portside on ada' });
    expect(readdirSync(dataFolder)).toEqual([]);
    expect(findSecrets(logger.lines.join('\n'))).toEqual([]);
  });

  it.each([
    ['simulator_session_refused_1', 'permission_denied', /may not create API keys\. Sign in with the browser instead/u],
    ['eyJhbGciOiJIUzI1NiJ9.e30.x', 'cursor_sign_in_required', /Sign in with the browser instead\.$/u],
  ] as const)('of %s is refused with %s', async (token, code, message) => {
    const cursor = await startSimulatedCursor();
    const { signIn, logger } = createTestSignIn({ backendUrl: cursor.url });
    await expect(exchange(signIn, token)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(findSecrets(logger.lines.join('\n'), [token])).toEqual([]);
  });

  it('tells what stands in its way, without the token', async () => {
    const token = 'simulator_session_editor_ada';
    const cursor = await startSimulatedCursor();
    const proxy = await startMeddlingProxy(cursor.url);
    const { signIn, logger } = createTestSignIn({ backendUrl: proxy.url, timeouts: { createMs: 1_000 } });
    const connectError = (code: string) => JSON.stringify({ code, message: `No, ${token}!` });
    const rows = [
      ['hang', 'timeout', 'Cursor did not answer in time. Try again.'],
      [
        { status: 403, body: connectError('permission_denied') },
        'permission_denied',
        "Cursor does not make a key for the editor's sign-in. Cursor says: No, …. Sign in with the browser instead.",
      ],
      [{ status: 429, body: '' }, 'rate_limited', 'Cursor makes no key at the moment. Try again later.'],
      [
        { status: 503, body: '<html>' },
        'upstream_unavailable',
        'Cursor failed to make a key (HTTP 503). Try again in a moment.',
      ],
      [{ status: 200, body: '<html>' }, 'upstream_error', 'Cursor answered without a key. Try again.'],
      [{ status: 200, body: '' }, 'upstream_error', 'Cursor answered without a key. Try again.'],
    ] as const;
    for (const [meddling, code, message] of rows) {
      proxy.meddle((called) => (called === CREATE_KEY ? meddling : 'pass'));
      await expect(exchange(signIn, token)).rejects.toMatchObject({ code, message });
    }
    proxy.meddle((called) => (called === GET_ME ? { status: 500, body: '' } : 'pass'));
    expect(await exchange(signIn, token)).toMatchObject({ email: null });
    await cursor.close();
    proxy.meddle(() => 'pass');
    await expect(exchange(signIn, token)).rejects.toMatchObject({ code: 'upstream_error' });
    expect(findSecrets(logger.lines.join('\n'))).toEqual([]);
    expect(ownBridges()).toEqual([]);
  });

  it.each([
    ['ada@simulator.invalid', 1],
    ['Ada@Simulator.INVALID', 1],
    [null, 1],
    ['eve@simulator.invalid', 0],
  ])('of the account that %s has agreed to makes %i key', async (expectedEmail, count) => {
    const cursor = await startSimulatedCursor();
    const { signIn } = createTestSignIn({ backendUrl: cursor.url });
    const exchanging = signIn.exchangeSession({
      sessionToken: 'simulator_session_editor_ada_1',
      keyName: 'Portside on ada',
      expiresAt: IN_TEN_DAYS,
      expectedEmail,
      signal: never(),
    });
    if (count === 0) {
      await expect(exchanging).rejects.toMatchObject({
        code: 'cursor_sign_in_required',
        message: expect.stringMatching(/another account.*No key was made\.$/u),
      });
    } else {
      expect(await exchanging).toMatchObject({ email: 'ada@simulator.invalid' });
    }
    expect(await cursor.keys()).toHaveLength(count);
    expect((await cursor.calls())[CREATE_KEY] ?? 0).toBe(count);
  });

  it('can be cancelled', async () => {
    const cursor = await startSimulatedCursor();
    const proxy = await startMeddlingProxy(cursor.url);
    const abortion = new AbortController();
    proxy.meddle((called) => {
      if (called !== CREATE_KEY) return 'pass';
      abortion.abort();
      return 'hang';
    });
    const { signIn, dataFolder } = createTestSignIn({ backendUrl: proxy.url });
    await expect(exchange(signIn, 'simulator_session_editor', abortion.signal)).rejects.toMatchObject({
      code: 'cursor_sign_in_required',
      message: 'The sign-in was cancelled.',
    });
    expect(ownBridges()).toEqual([]);
    expect(readdirSync(dataFolder)).toEqual([]);
  });
});

describe('a process for signing in', () => {
  it.each([
    { bridgePath: '/nowhere/bridge.js', message: /\/nowhere\/bridge\.js is missing/u },
    { nodePath: '/nowhere/node', message: /"\/nowhere\/node" does not exist\. Set portside\.nodePath/u },
    { bridgePath: path.join(FIXTURES, 'exit-at-start.cjs'), message: /was lost\. Try again/u },
    {
      bridgePath: path.join(FIXTURES, 'never-ready.cjs'),
      timeouts: { startMs: 500, shutdownMs: 100 },
      message: /was not ready after 0\.5 s/u,
    },
    { bridgePath: path.join(FIXTURES, 'refuse.cjs'), message: /belongs to another version/u },
  ])('that cannot be had is told: $message', async ({ message, ...options }) => {
    vi.stubEnv('FAKE_BRIDGE_REFUSAL', 'protocol-mismatch');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { signIn, dataFolder } = createTestSignIn({ bridgePath: BRIDGE_PATH, ...options });
    await expect(signIn.readProfile('crsr_test', never())).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringMatching(message),
    });
    expect(ownBridges()).toEqual([]);
    expect(readdirSync(dataFolder)).toEqual([]);
  });
});

describe('whose key it is', () => {
  it('is told by Cursor', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    expect(await backend.readProfile('crsr_bob_1')).toEqual({
      email: 'bob@simulator.invalid',
      keyName: 'Simulator key',
    });
    for (const [apiKey, code] of [
      ['crsr_invalid_1', 'cursor_sign_in_required'],
      ['crsr_expired_1', 'cursor_sign_in_required'],
      ['crsr_limited_1', 'rate_limited'],
    ]) {
      await expect(backend.readProfile(apiKey ?? '')).rejects.toMatchObject({ code });
    }
    await expect(backend.readProfile('crsr_bob_1', AbortSignal.abort())).rejects.toMatchObject({ code: 'timeout' });
  });

  it('is told of one that is out of requests, too', async () => {
    const cursor = await startSimulatedCursor();
    const apiKey = 'crsr_busy_1';
    const { backend } = createTestBackend({ backendUrl: cursor.url, apiKey });
    await backend.start();
    expect(await backend.readProfile(apiKey)).toMatchObject({ email: 'busy@simulator.invalid' });
    expect(await backend.listModels(apiKey)).not.toEqual([]);
    const events = await collectRun(backend, toRunRequest('Hello', { apiKey }));
    expect(toRunFailure(events)).toMatchObject({
      code: 'rate_limited',
      message: expect.stringContaining('no requests'),
    });
    expect(events).toHaveLength(1);
  });
});
