import { assertNever } from '../core/assert-never.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import type { CommandId } from './command-ids.ts';
import type { Localizer } from './localizer.ts';

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

/** What to say after the server was asked to start; `null` where there is nothing to complain about. */
export const toStartNotice = (state: GatewayState, l10n: Localizer): Notice | null => {
  const retry: NoticeAction = { title: l10n.t('Retry'), command: 'portside.startServer' };
  const showLogs: NoticeAction = { title: l10n.t('Show Logs'), command: 'portside.showLogs' };
  if (state.status === 'running' && state.isSignedOut) {
    return {
      severity: 'warning',
      message: l10n.t(
        'Portside is running, but has no Cursor API key: every request will be refused until you set one.',
      ),
      actions: [{ title: l10n.t('Set Cursor API Key'), command: 'portside.setCursorApiKey' }],
    };
  }
  if (state.status !== 'failed') return null;
  switch (state.code) {
    case 'port_in_use':
      return {
        severity: 'error',
        message: state.message,
        actions: [{ title: l10n.t('Use Another Port…'), command: 'portside.changePort' }, retry],
      };
    case 'cannot_listen':
      return {
        severity: 'error',
        message: state.message,
        actions: [
          { title: l10n.t('Open Settings'), command: 'workbench.action.openSettings', argument: 'portside' },
          showLogs,
        ],
      };
    case 'cannot_start':
      return { severity: 'error', message: state.message, actions: [showLogs, retry] };
    default:
      return assertNever(state.code);
  }
};

/** What to say of a change that nobody asked for: only that the bridge has been given up. */
export const toChangeNotice = (next: GatewayState, previous: GatewayState, l10n: Localizer): Notice | null => {
  if (next.status !== 'running' || next.bridge !== 'failed') return null;
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
