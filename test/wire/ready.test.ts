import { expect, test, vi } from 'vitest';
import type { AccountStatus } from '../../src/core/account.ts';
import type { BackendState } from '../../src/core/backend.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const LEAK = '/home/somebody/bridge.js';

const start = (state: Partial<BackendState>, account: AccountStatus | null = 'ready', allowsOwnKeys = false) => {
  const { backend } = createScriptedBackend({ state: { reason: LEAK, ...state } });
  let warmUps = 0;
  const counting = {
    ...backend,
    warmUp: () => {
      warmUps += 1;
    },
  };
  const readiness = { account: () => (account === null ? null : { status: account }), allowsOwnKeys };
  return { app: startApp(counting, { readiness }), warmUps: () => warmUps };
};

test.each<[Partial<BackendState>, AccountStatus | null, boolean, number, string, string | null]>([
  [{ status: 'ready', warmth: 'warm' }, 'ready', false, 200, 'ready', null],
  [{ status: 'ready', warmth: 'warm' }, 'expiring', false, 200, 'ready', null],
  [{ status: 'ready', warmth: 'warm' }, 'rate-limited', false, 200, 'ready', null],
  [{ status: 'starting', warmth: 'cold' }, 'ready', false, 503, 'starting', '2'],
  [{ status: 'restarting', warmth: 'cold' }, 'ready', false, 503, 'restarting', '2'],
  [{ status: 'failed', warmth: 'cold' }, 'ready', false, 503, 'failed', '30'],
  [{ status: 'stopped', warmth: 'cold' }, null, false, 503, 'stopped', '30'],
  [{ status: 'ready', warmth: 'cold' }, 'ready', false, 503, 'warming_up', '2'],
  [{ status: 'ready', warmth: 'failed' }, 'ready', false, 503, 'warm_up_failed', '30'],
  [{ status: 'ready', warmth: 'failed' }, null, false, 503, 'signed_out', '30'],
  [{ status: 'ready', warmth: 'warm' }, 'expired', false, 503, 'signed_out', '30'],
  [{ status: 'ready', warmth: 'warm' }, 'refused', false, 503, 'signed_out', '30'],
  [{ status: 'ready', warmth: 'failed' }, null, true, 200, 'ready', null],
  [{ status: 'ready', warmth: 'cold' }, 'ready', true, 503, 'warming_up', '2'],
  [{ status: 'starting', warmth: 'cold' }, null, true, 503, 'starting', '2'],
])('%j with an account that is %s (own keys: %s) is %i %s', async (state, account, own, status, reason, retryAfter) => {
  const { app: starting, warmUps } = start(state, account, own);
  await using app = await starting;
  const response = await fetch(`${app.url}/ready`);
  const text = await response.text();
  expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
  expect(JSON.parse(text)).toEqual(
    status === 200 ? { status: 'ready' } : { status: 'not_ready', reason, message: expect.stringMatching(/\.$/) },
  );
  expect(text).not.toContain(LEAK);
  expect(warmUps()).toBe(reason === 'warm_up_failed' ? 1 : 0);
});

test('a warm-up that has failed is tried again at most every 30 s, however many ask', async () => {
  const { app: starting, warmUps } = start({ status: 'ready', warmth: 'failed' });
  await using app = await starting;
  const now = performance.now.bind(performance);
  for (const [laterMs, count] of [
    [0, 1],
    [29_000, 1],
    [31_000, 2],
    [31_000, 2],
  ] as const) {
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
    await (await fetch(`${app.url}/ready`)).text();
    clock.mockRestore();
    expect(warmUps()).toBe(count);
  }
});

test('only asks are taken', async () => {
  await using app = await start({ warmth: 'cold' }).app;
  const head = await fetch(`${app.url}/ready`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([503, '']);
  const post = await fetch(`${app.url}/ready`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
