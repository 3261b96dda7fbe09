import { expect, test } from 'vitest';
import { renewWhileServing } from '../../../src/cli/renew-while-serving.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';

const BY_ANOTHER: GatewayState = { status: 'served-elsewhere', baseUrl: 'http://127.0.0.1:1/v1', port: 1, by: null };
const RUNNING: GatewayState = {
  status: 'running',
  baseUrl: 'http://127.0.0.1:1/v1',
  port: 1,
  activeRuns: 0,
  bridge: 'connected',
  bridgeReason: null,
  account: null,
  proxy: 'none',
  warnings: [],
};

/** Plays states; gives what was begun and ended. */
const play = async (states: readonly GatewayState[], { isBroken = false, isClosed = false } = {}) => {
  const events: string[] = [];
  const logger = createMemoryLogger();
  let tell: (state: GatewayState) => void = () => {};
  const gateway = {
    onDidChangeState(listener: (state: GatewayState) => void) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
  };
  const renewal = renewWhileServing(
    gateway,
    async () => {
      if (isBroken) throw new Error('no bridge');
      events.push('begun');
      return { check: async () => {}, close: () => events.push('ended') };
    },
    logger,
  );
  for (const state of states) {
    tell(state);
    await Promise.resolve();
  }
  if (isClosed) renewal.close();
  tell(RUNNING);
  await new Promise((resolve) => setImmediate(resolve));
  return { events, lines: logger.lines };
};

test.each<[string, readonly GatewayState[], readonly string[]]>([
  ['one that waits renews nothing', [{ status: 'starting' }, BY_ANOTHER], []],
  ['one that serves renews, once', [RUNNING, RUNNING], ['begun', 'ended']],
  ['one that makes way stops', [RUNNING, BY_ANOTHER], ['begun', 'ended']],
  ['one that serves again begins again', [RUNNING, BY_ANOTHER, RUNNING], ['begun', 'ended', 'begun', 'ended']],
])('%s', async (_name, states, expected) => {
  expect((await play(states, { isClosed: true })).events).toEqual(expected);
});

test('a renewal that cannot begin is said, and no reason to fail', async () => {
  const { lines } = await play([RUNNING], { isBroken: true });
  expect(lines.join('\n')).toContain('not renewed: no bridge');
});
