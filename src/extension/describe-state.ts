import { assertNever } from '../core/assert-never.ts';
import type { Localizer } from '../core/localizer.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { describeWarning } from './network/describe-warning.ts';
import { describeServer } from './windows/describe-server.ts';

export type RunningState = Extract<GatewayState, { status: 'running' }>;

/** What keeps requests from running on an account, in one sentence; `null` where nothing does. */
const describeAccountTrouble = ({ account, port }: RunningState, l10n: Localizer): string | null => {
  if (account === null) return l10n.t('Running on port {0}, but not signed in to Cursor.', port);
  switch (account.status) {
    case 'expired':
      return l10n.t('Running on port {0}, but the Cursor sign-in has expired.', port);
    case 'refused':
      return l10n.t('Running on port {0}, but Cursor refuses the sign-in.', port);
    case 'ready':
    case 'expiring':
    case 'rate-limited':
      return null;
    default:
      return assertNever(account.status);
  }
};

const describeRunning = (state: RunningState, l10n: Localizer): string => {
  const { port, bridge, activeRuns } = state;
  const trouble = describeAccountTrouble(state, l10n);
  if (trouble !== null) return trouble;
  switch (bridge) {
    case 'unavailable':
    case 'failed':
      return l10n.t('Running on port {0}, but Cursor cannot be used.', port);
    case 'starting':
      return l10n.t('Running on port {0}, connecting to Cursor.', port);
    case 'connected':
      return activeRuns === 0
        ? l10n.t('Running on port {0}.', port)
        : l10n.t('Running on port {0}, {1} active.', port, activeRuns);
    default:
      return assertNever(bridge);
  }
};

/** How the server stands, in one sentence. Pure. */
export const describeState = (state: GatewayState, l10n: Localizer): string => {
  switch (state.status) {
    case 'stopped':
      return l10n.t('The server is stopped.');
    case 'starting':
      return l10n.t('Starting.');
    case 'failed':
      return l10n.t('The server could not start.');
    case 'served-elsewhere':
      return l10n.t('Served on port {0} by {1}.', state.port, describeServer(state.by, l10n));
    case 'running':
      return describeRunning(state, l10n);
    default:
      return assertNever(state);
  }
};

/** What the user should know for as long as the server runs. Pure. */
export const describeWarnings = (state: RunningState, l10n: Localizer): readonly string[] => [
  ...state.warnings.map((warning) => describeWarning(warning, l10n)),
  ...(state.proxy === 'unsupported'
    ? [l10n.t('An HTTP proxy is set, but this Node.js cannot use one: Cursor is called without it.')]
    : []),
];

/** What becomes of this window when the one that serves goes. Pure. */
export const describeSuccession = (
  { canBeAsked, takesOver }: { readonly canBeAsked: boolean; readonly takesOver: boolean },
  l10n: Localizer,
): string => {
  if (!takesOver) return l10n.t('The setting portside.servingFolder lets another folder take over from it.');
  return canBeAsked
    ? l10n.t('This window takes over when that one goes, or at once if you ask it to.')
    : l10n.t('This window takes over when that one goes.');
};
