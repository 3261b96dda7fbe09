import { expect, test } from 'vitest';
import { renewWhileServing } from '../../../src/cli/renew-while-serving.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';

const BY_ANOTHER: GatewayState = { status: 'served-elsewhere', baseUrl: 'http://127.0.0.1:1/v1', port: 1, by: null };
const RUNNING: GatewayState = {
  status: 'running',
  baseUrl: 'http://127.0.0.1:1/v1',
  port: 1,
  ollamaUrl: null,
  activeRuns: 0,
  queuedRuns: 0,
  bridge: 'connected',
  bridgeReason: null,
  account: null,
  proxy: 'none',
  warnings: [],
};

/** Plays states; gives what was begun and ended. */
const play = (states: readonly GatewayState[]): readonly string[] => {
  const events: string[] = [];
  let tell: (state: GatewayState) => void = () => {};
  const gateway = {
    onDidChangeState(listener: (state: GatewayState) => void) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
  };
  const renewal = renewWhileServing(gateway, () => {
    events.push('begun');
    return { check: async () => {}, close: () => events.push('ended') };
  });
  for (const state of states) tell(state);
  renewal.close();
  tell(RUNNING);
  return events;
};

test.each<[string, readonly GatewayState[], readonly string[]]>([
  ['one that waits renews nothing', [{ status: 'starting' }, BY_ANOTHER], []],
  ['one that serves renews, once', [RUNNING, RUNNING], ['begun', 'ended']],
  ['one that makes way stops', [RUNNING, BY_ANOTHER], ['begun', 'ended']],
  ['one that serves again begins again', [RUNNING, BY_ANOTHER, RUNNING], ['begun', 'ended', 'begun', 'ended']],
])('%s', (_name, states, expected) => {
  expect(play(states)).toEqual(expected);
});
