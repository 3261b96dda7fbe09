import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { createFixedCredentials } from '../../support/fixed-credentials.ts';
import { collectRun, createTestBackend, startSimulatedCursor, toRunRequest } from '../../support/simulated-cursor.ts';

/** An account that comes and goes. */
const createAccount = (isSignedIn: boolean) => {
  const { source } = createFixedCredentials('crsr_test');
  const account = { isSignedIn, asked: 0 };
  const select: typeof source.select = async (choice) => {
    account.asked += 1;
    if (!account.isSignedIn) throw new GatewayError('cursor_sign_in_required', 'Sign in.');
    return source.select(choice);
  };
  return { account, credentials: { select } };
};

const start = async (isSignedIn: boolean, warmUpRetryMs: number) => {
  const cursor = await startSimulatedCursor();
  const { account, credentials } = createAccount(isSignedIn);
  const test = createTestBackend({
    backendUrl: cursor.url,
    credentials,
    timeouts: { warmUpRetryMs, backoffMs: 10 },
  });
  expect(test.backend.state.warmth).toBe('cold');
  await test.backend.start();
  return {
    ...test,
    account,
    untilWarmth: (warmth: string) =>
      expect.poll(() => test.backend.state.warmth, { timeout: 10_000, interval: 10 }).toBe(warmth),
  };
};

it('warms up a new process, and the one that takes its place', async () => {
  const { backend, processId, untilWarmth } = await start(true, 0);
  await untilWarmth('warm');
  const seen: string[] = [];
  backend.onDidChangeState(({ status, warmth, restarts }) => seen.push(`${status} ${warmth} ${restarts}`));
  process.kill(processId(), 'SIGKILL');
  await untilWarmth('cold');
  await untilWarmth('warm');
  expect(seen).toEqual(['restarting cold 0', 'ready cold 1']);
  backend.warmUp();
  expect(backend.state.warmth).toBe('warm');
});

it('is tried again when somebody asks, and works once there is an account', async () => {
  const { backend, account, untilWarmth } = await start(false, 0);
  await untilWarmth('failed');
  backend.warmUp();
  backend.warmUp();
  expect(account.asked).toBe(2);
  await untilWarmth('failed');
  account.isSignedIn = true;
  await expect
    .poll(
      () => {
        backend.warmUp();
        return backend.state.warmth;
      },
      { timeout: 10_000, interval: 10 },
    )
    .toBe('warm');
});

it('is not tried again too soon, yet a run that begins ends the matter', async () => {
  const { backend, account, untilWarmth } = await start(false, 600_000);
  await untilWarmth('failed');
  backend.warmUp();
  expect([account.asked, backend.state.warmth]).toEqual([1, 'failed']);
  await collectRun(backend, toRunRequest('Hello'));
  expect(backend.state.warmth).toBe('warm');
});

it('asks nothing of Cursor, which need not be reached for it', async () => {
  const { backend } = createTestBackend();
  await backend.start();
  await expect.poll(() => backend.state.warmth, { timeout: 10_000, interval: 10 }).toBe('warm');
});
