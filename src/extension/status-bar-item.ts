import { assertNever } from '../core/assert-never.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { describeOwner, describeStatus } from './accounts/describe-account.ts';
import { availableCommands } from './available-commands.ts';
import type { CommandId } from './command-ids.ts';
import type { CommandTitles } from './command-titles.ts';
import type { Localizer } from '../core/localizer.ts';
import { type RunningState, describeState, describeSuccession, describeWarnings } from './describe-state.ts';

/** What the status bar shows. */
export interface StatusBarView {
  readonly text: string;
  readonly tooltipMarkdown: string;
  /** The only commands that links of the tooltip may run. */
  readonly tooltipCommands: readonly CommandId[];
  /** Read aloud in place of the text, whose icons say nothing to a screen reader. */
  readonly accessibilityLabel: string;
  readonly severity: 'none' | 'warning' | 'error';
  /** What a click does. */
  readonly command: CommandId;
}

/** What the status bar needs beside the state. */
export interface StatusBarContext {
  readonly l10n: Localizer;
  readonly version: string;
  readonly titleOf: CommandTitles;
  /** The base URL for tools on the user's machine, where that is not the server's own. */
  readonly forwardedUrl: string | null;
  /** Whether this window takes over by itself when the one that serves goes. */
  readonly takesOver: boolean;
  /** Tells the folder of this editor's access tokens from others; see `toDataFolderId`. */
  readonly dataFolderId: string;
}

type StatusBarLook = Pick<StatusBarView, 'text' | 'severity' | 'command'>;

const toAccountLook = ({ account, port }: RunningState, l10n: Localizer): StatusBarLook | null => {
  const look = (words: string): StatusBarLook => ({
    text: `$(key) :${port} ${words}`,
    severity: 'warning',
    command: 'portside.signIn',
  });
  if (account === null) return look(l10n.t('not signed in'));
  switch (account.status) {
    case 'expired':
      return look(l10n.t('sign-in expired'));
    case 'refused':
      return look(l10n.t('sign-in refused'));
    case 'ready':
    case 'expiring':
    case 'rate-limited':
      return null;
    default:
      return assertNever(account.status);
  }
};

/** Who may listen in, or use the server without being let in, is a danger; who is only able to reach it, worth an icon. */
const toExposureLook = ({ warnings }: RunningState): { icon: string; severity: StatusBarView['severity'] } => {
  if (warnings.includes('no-token-required') || warnings.includes('not-encrypted')) {
    return { icon: '$(unlock)', severity: 'warning' };
  }
  return { icon: warnings.includes('open-to-network') ? '$(globe)' : '$(radio-tower)', severity: 'none' };
};

const toRunningLook = (state: RunningState, l10n: Localizer): StatusBarLook => {
  const address = `:${state.port}`;
  const { icon, severity } = toExposureLook(state);
  const accountLook = toAccountLook(state, l10n);
  if (accountLook !== null) return accountLook;
  switch (state.bridge) {
    case 'unavailable':
    case 'failed':
      return { text: `$(warning) ${address}`, severity: 'warning', command: 'portside.showActions' };
    case 'starting':
      return { text: `$(loading~spin) ${address}`, severity, command: 'portside.toggleServer' };
    case 'connected':
      // One click on a busy server must not cut off its answers, so it offers a choice then.
      return state.activeRuns === 0
        ? { text: `${icon} ${address}`, severity, command: 'portside.toggleServer' }
        : { text: `${icon} ${address} (${state.activeRuns})`, severity, command: 'portside.showActions' };
    default:
      return assertNever(state.bridge);
  }
};

const toLook = (state: GatewayState, l10n: Localizer): StatusBarLook => {
  switch (state.status) {
    case 'stopped':
      return { text: '$(circle-slash) Portside', severity: 'none', command: 'portside.toggleServer' };
    case 'starting':
      return { text: '$(loading~spin) Portside', severity: 'none', command: 'portside.showLogs' };
    case 'failed':
      return { text: '$(error) Portside', severity: 'error', command: 'portside.showActions' };
    case 'served-elsewhere':
      return { text: `$(link) :${state.port}`, severity: 'none', command: 'portside.showActions' };
    case 'running':
      return toRunningLook(state, l10n);
    default:
      return assertNever(state);
  }
};

/** One sentence for tooltip and screen reader. */
const toSummary = (state: GatewayState, l10n: Localizer): string =>
  state.status === 'stopped' ? l10n.t('Stopped. Click to start the server.') : describeState(state, l10n);

/** Keeps a message from the server from becoming a link, an image or an icon. */
const escapeMarkdown = (text: string): string => text.replaceAll(/[\\`*_{}[\]()<>#+\-.!|~$&]/g, String.raw`\$&`);

const toRunningDetails = (state: RunningState, { l10n, forwardedUrl }: StatusBarContext): readonly string[] => {
  const { account, bridgeReason, baseUrl } = state;
  const accountStatus = account === null ? null : describeStatus(account, l10n);
  return [
    ...(bridgeReason === null ? [] : [escapeMarkdown(bridgeReason)]),
    ...(account === null ? [] : [escapeMarkdown(l10n.t('Cursor account: {0}', describeOwner(account)))]),
    ...(accountStatus === null ? [] : [escapeMarkdown(accountStatus)]),
    ...describeWarnings(state, l10n).map((warning) => `**${l10n.t('Warning:')}** ${escapeMarkdown(warning)}`),
    ...(forwardedUrl === null
      ? [`\`${baseUrl}\``]
      : [`\`${forwardedUrl}\``, l10n.t('On the remote machine: {0}', `\`${baseUrl}\``)]),
  ];
};

const toDetails = (state: GatewayState, context: StatusBarContext): readonly string[] => {
  switch (state.status) {
    case 'failed':
      return [escapeMarkdown(state.message)];
    case 'served-elsewhere':
      return [
        escapeMarkdown(
          describeSuccession({ canBeAsked: state.by !== null, takesOver: context.takesOver }, context.l10n),
        ),
        `\`${state.baseUrl}\``,
      ];
    case 'running':
      return toRunningDetails(state, context);
    case 'stopped':
    case 'starting':
      return [];
    default:
      return assertNever(state);
  }
};

/** Maps the state of the server to what the status bar shows. Pure. */
export const toStatusBarItem = (state: GatewayState, context: StatusBarContext): StatusBarView => {
  const { l10n, version, titleOf, dataFolderId } = context;
  const summary = toSummary(state, l10n);
  const tooltipCommands = availableCommands(state, dataFolderId);
  const paragraphs = [
    `**Portside** ${escapeMarkdown(version)}`,
    escapeMarkdown(summary),
    ...toDetails(state, context),
    tooltipCommands.map((id) => `[${escapeMarkdown(titleOf(id))}](command:${id})`).join(' · '),
  ];
  return {
    ...toLook(state, l10n),
    accessibilityLabel: [
      `Portside: ${summary}`,
      ...(state.status === 'running' ? describeWarnings(state, l10n) : []),
    ].join(' '),
    tooltipMarkdown: paragraphs.join('\n\n'),
    tooltipCommands,
  };
};
