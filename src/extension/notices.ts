import { assertNever } from '../core/assert-never.ts';
import type { AccountInfo } from '../core/account.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { describeAccountRemedy } from '../panel/describe-account.ts';
import { describeOwner, describeStatus } from './accounts/describe-account.ts';
import { needsSignIn } from './accounts/needs-sign-in.ts';
import type { CommandId } from './command-ids.ts';
import type { Localizer } from '../core/localizer.ts';
import { describeServer } from './windows/describe-server.ts';

/** A message to show, with at most two things to do about it. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly actions: readonly NoticeAction[];
}

/** A button: runs a command of ours, or one of the editor's. */
export interface NoticeAction {
  readonly title: string;
  readonly command: CommandId | 'workbench.action.openSettings' | 'workbench.trust.manage';
  readonly argument?: string;
}

type FailedState = Extract<GatewayState, { status: 'failed' }>;

const toFailureNotice = (state: FailedState, l10n: Localizer): Notice => {
  const retry: NoticeAction = { title: l10n.t('Retry'), command: 'portside.startServer' };
  const openSettings: NoticeAction = {
    title: l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    argument: 'portside',
  };
  const showLogs: NoticeAction = { title: l10n.t('Show Logs'), command: 'portside.showLogs' };
  switch (state.code) {
    case 'port_in_use':
      return {
        severity: 'error',
        message: state.message,
        actions: [{ title: l10n.t('Use Another Port…'), command: 'portside.changePort' }, retry],
      };
    case 'cannot_listen':
    case 'cannot_start':
      return { severity: 'error', message: state.message, actions: [openSettings, showLogs] };
    default:
      return assertNever(state.code);
  }
};

/** What to say after a user asked the server to start; `null` where the status bar says all that there is to say. */
export const toStartNotice = (state: GatewayState, l10n: Localizer): Notice | null => {
  switch (state.status) {
    case 'failed':
      return toFailureNotice(state, l10n);
    case 'served-elsewhere':
      return {
        severity: 'info',
        message: l10n.t('Portside is served on port {0} by {1}.', state.port, describeServer(state.by, l10n)),
        actions: [
          state.by === null
            ? { title: l10n.t('Use Another Port…'), command: 'portside.changePort' }
            : { title: l10n.t('Take Over'), command: 'portside.takeOverServer' },
        ],
      };
    case 'stopped':
    case 'starting':
    case 'running':
      return null;
    default:
      return assertNever(state);
  }
};

/** What to say after the server has started by itself: only what keeps it from serving anybody. */
export const toAutoStartNotice = (state: GatewayState, l10n: Localizer): Notice | null =>
  state.status === 'failed' ? toFailureNotice(state, l10n) : null;

type RunningState = Extract<GatewayState, { status: 'running' }>;

const toBridgeNotice = (next: RunningState, previous: GatewayState, l10n: Localizer): Notice | null => {
  if (next.bridge !== 'failed') return null;
  if (previous.status === 'running' && previous.bridge === 'failed') return null;
  const reason = next.bridgeReason ?? '';
  return {
    severity: 'error',
    message: l10n.t('Portside cannot use Cursor any more. {0}', reason).trim(),
    actions: [
      { title: l10n.t('Restart Server'), command: 'portside.restartServer' },
      { title: l10n.t('Show Logs'), command: 'portside.showLogs' },
    ],
  };
};

/** What to say of an account that requests cannot run on. */
export const toUnusableNotice = (account: AccountInfo, l10n: Localizer): Notice => ({
  severity: 'warning',
  message: l10n.t(
    'Portside cannot answer requests with the Cursor account {0}. {1}',
    describeOwner(account),
    [describeStatus(account, l10n), describeAccountRemedy(account, l10n)].filter((words) => words !== null).join(' '),
  ),
  actions: [
    account.source === 'key'
      ? { title: l10n.t('Set Cursor API Key'), command: 'portside.setCursorApiKey' }
      : { title: l10n.t('Sign In Again'), command: 'portside.signIn' },
  ],
});

/** An account comes to be refused while the server runs where a client, or the first look at Cursor, needs it. */
const toAccountNotice = ({ account }: RunningState, previous: GatewayState, l10n: Localizer): Notice | null => {
  if (account === null || !needsSignIn(account)) return null;
  if (previous.status !== 'running' || previous.account?.name !== account.name) return null;
  if (needsSignIn(previous.account)) return null;
  return toUnusableNotice(account, l10n);
};

/** What to say of a change that nobody asked for: that the bridge has been given up, or that Cursor refuses the sign-in. */
export const toChangeNotice = (next: GatewayState, previous: GatewayState, l10n: Localizer): Notice | null =>
  next.status === 'running' ? (toBridgeNotice(next, previous, l10n) ?? toAccountNotice(next, previous, l10n)) : null;
