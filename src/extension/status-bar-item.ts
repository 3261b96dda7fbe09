import { assertNever } from '../core/assert-never.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { availableCommands } from './available-commands.ts';
import type { CommandId } from './command-ids.ts';
import type { CommandTitles } from './command-titles.ts';
import type { Localizer } from './localizer.ts';

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
}

type StatusBarLook = Pick<StatusBarView, 'text' | 'severity' | 'command'> & {
  /** One sentence for tooltip and screen reader. */
  readonly summary: string;
};

type RunningState = Extract<GatewayState, { status: 'running' }>;

const toRunningLook = (state: RunningState, l10n: Localizer): StatusBarLook => {
  const address = `:${state.port}`;
  if (state.isSignedOut) {
    return {
      text: `$(key) ${address} ${l10n.t('no API key')}`,
      severity: 'warning',
      command: 'portside.setCursorApiKey',
      summary: l10n.t('Running on port {0}, but no Cursor API key is set.', state.port),
    };
  }
  switch (state.bridge) {
    case 'unavailable':
    case 'failed':
      return {
        text: `$(warning) ${address}`,
        severity: 'warning',
        command: 'portside.showActions',
        summary: l10n.t('Running on port {0}, but Cursor cannot be used.', state.port),
      };
    case 'starting':
      return {
        text: `$(loading~spin) ${address}`,
        severity: 'none',
        command: 'portside.toggleServer',
        summary: l10n.t('Running on port {0}, connecting to Cursor.', state.port),
      };
    case 'connected':
      // One click on a busy server must not cut off its answers, so it offers a choice then.
      return state.activeRuns === 0
        ? {
            text: `$(radio-tower) ${address}`,
            severity: 'none',
            command: 'portside.toggleServer',
            summary: l10n.t('Running on port {0}.', state.port),
          }
        : {
            text: `$(radio-tower) ${address} (${state.activeRuns})`,
            severity: 'none',
            command: 'portside.showActions',
            summary: l10n.t('Running on port {0}, {1} active.', state.port, state.activeRuns),
          };
    default:
      return assertNever(state.bridge);
  }
};

const toLook = (state: GatewayState, l10n: Localizer): StatusBarLook => {
  switch (state.status) {
    case 'stopped':
      return {
        text: '$(circle-slash) Portside',
        severity: 'none',
        command: 'portside.toggleServer',
        summary: l10n.t('Stopped. Click to start the server.'),
      };
    case 'starting':
      return {
        text: '$(loading~spin) Portside',
        severity: 'none',
        command: 'portside.showLogs',
        summary: l10n.t('Starting.'),
      };
    case 'failed':
      return {
        text: '$(error) Portside',
        severity: 'error',
        command: 'portside.showActions',
        summary: l10n.t('The server could not start.'),
      };
    case 'running':
      return toRunningLook(state, l10n);
    default:
      return assertNever(state);
  }
};

/** Keeps a message from the server from becoming a link, an image or an icon. */
const escapeMarkdown = (text: string): string => text.replaceAll(/[\\`*_{}[\]()<>#+\-.!|~$&]/g, String.raw`\$&`);

const detailOf = (state: GatewayState): string | null => {
  if (state.status === 'failed') return state.message;
  return state.status === 'running' ? state.bridgeReason : null;
};

/** Maps the state of the server to what the status bar shows. Pure. */
export const toStatusBarItem = (state: GatewayState, { l10n, version, titleOf }: StatusBarContext): StatusBarView => {
  const { summary, ...look } = toLook(state, l10n);
  const detail = detailOf(state);
  const tooltipCommands = availableCommands(state);
  const paragraphs = [
    `**Portside** ${escapeMarkdown(version)}`,
    escapeMarkdown(summary),
    ...(detail === null ? [] : [escapeMarkdown(detail)]),
    ...(state.status === 'running' ? [`\`${state.baseUrl}\``] : []),
    tooltipCommands.map((id) => `[${escapeMarkdown(titleOf(id))}](command:${id})`).join(' · '),
  ];
  return {
    ...look,
    accessibilityLabel: `Portside: ${summary}`,
    tooltipMarkdown: paragraphs.join('\n\n'),
    tooltipCommands,
  };
};
