import type { AccountInfo } from '../../../src/core/account.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';

type RunningState = Extract<GatewayState, { status: 'running' }>;

/** The data folder of the editor that the tests stand for. */
export const OWN_FOLDER_ID = '0123456789abcdef';

/** An account that requests run on, changed as the test says. */
export const anAccount = (changes: Partial<AccountInfo> = {}): AccountInfo => ({
  name: 'browser-me@example.org',
  source: 'browser',
  email: 'me@example.org',
  plan: 'pro',
  expiresAt: Date.UTC(2027, 0, 15, 12),
  status: 'ready',
  isDefault: true,
  ...changes,
});

/** A server that runs and is idle, changed as the test says. */
export const running = (changes: Partial<RunningState> = {}): GatewayState => ({
  status: 'running',
  baseUrl: 'http://127.0.0.1:8765/v1',
  port: 8765,
  ollamaUrl: null,
  activeRuns: 0,
  queuedRuns: 0,
  bridge: 'connected',
  bridgeReason: null,
  account: anAccount(),
  proxy: 'none',
  warnings: [],
  ...changes,
});

const elsewhere = (by: Extract<GatewayState, { status: 'served-elsewhere' }>['by']): GatewayState => ({
  status: 'served-elsewhere',
  baseUrl: 'http://127.0.0.1:8765/v1',
  port: 8765,
  by,
});

/** One state of every kind that a person can tell apart. */
export const STATES = {
  stopped: { status: 'stopped' },
  starting: { status: 'starting' },
  idle: running(),
  busy: running({ activeRuns: 3 }),
  connecting: running({ bridge: 'starting' }),
  signedOut: running({ account: null }),
  expired: running({ account: anAccount({ status: 'expired' }) }),
  refused: running({ account: anAccount({ status: 'refused' }) }),
  expiring: running({ account: anAccount({ status: 'expiring' }) }),
  rateLimited: running({ account: anAccount({ status: 'rate-limited' }) }),
  noToken: running({ warnings: ['no-token-required'] }),
  noTokenBusy: running({ warnings: ['no-token-required'], activeRuns: 2 }),
  open: running({ warnings: ['open-to-network', 'not-encrypted'] }),
  openWithTls: running({ warnings: ['open-to-network'] }),
  proxyUnsupported: running({ proxy: 'unsupported' }),
  otherWindow: elsewhere({ id: '1', kind: 'editor', name: 'notes', processId: 7, dataFolderId: OWN_FOLDER_ID }),
  otherNamelessWindow: elsewhere({ id: '1', kind: 'editor', name: null, processId: 7, dataFolderId: OWN_FOLDER_ID }),
  otherEditor: elsewhere({ id: '1', kind: 'editor', name: 'notes', processId: 7, dataFolderId: 'of another editor' }),
  commandLine: elsewhere({ id: '1', kind: 'cli', name: 'work', processId: 7, dataFolderId: 'of the command' }),
  unknownPortside: elsewhere(null),
  signedOutWithoutBridge: running({ account: null, bridge: 'unavailable', bridgeReason: 'It ended.' }),
  unavailable: running({ bridge: 'unavailable', bridgeReason: 'It ended with code 1.' }),
  givenUp: running({ bridge: 'failed', bridgeReason: 'It ended 5 times in 3 minutes.' }),
  portInUse: { status: 'failed', code: 'port_in_use', message: 'Port 8765 is in use.' },
  cannotListen: { status: 'failed', code: 'cannot_listen', message: 'No such address: 10.9.8.7.' },
  cannotStart: { status: 'failed', code: 'cannot_start', message: 'It could not start.' },
} as const satisfies Record<string, GatewayState>;
