import type { GatewayState } from '../../../src/host/gateway-state.ts';

type RunningState = Extract<GatewayState, { status: 'running' }>;

/** A server that runs and is idle, changed as the test says. */
export const running = (changes: Partial<RunningState> = {}): GatewayState => ({
  status: 'running',
  baseUrl: 'http://127.0.0.1:8765/v1',
  port: 8765,
  activeRuns: 0,
  bridge: 'connected',
  bridgeReason: null,
  isSignedOut: false,
  ...changes,
});

/** One state of every kind that a person can tell apart. */
export const STATES = {
  stopped: { status: 'stopped' },
  starting: { status: 'starting' },
  idle: running(),
  busy: running({ activeRuns: 3 }),
  connecting: running({ bridge: 'starting' }),
  signedOut: running({ isSignedOut: true }),
  signedOutWithoutBridge: running({ isSignedOut: true, bridge: 'unavailable', bridgeReason: 'It ended.' }),
  unavailable: running({ bridge: 'unavailable', bridgeReason: 'It ended with code 1.' }),
  givenUp: running({ bridge: 'failed', bridgeReason: 'It ended 5 times in 3 minutes.' }),
  portInUse: { status: 'failed', code: 'port_in_use', message: 'Port 8765 is in use.' },
  cannotListen: { status: 'failed', code: 'cannot_listen', message: 'No such address: 10.9.8.7.' },
  cannotStart: { status: 'failed', code: 'cannot_start', message: 'It could not start.' },
} as const satisfies Record<string, GatewayState>;
