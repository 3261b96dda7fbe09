import { assertNever } from '../../core/assert-never.ts';
import type { Localizer } from '../../core/localizer.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { ServerModel } from '../../panel/models.ts';
import { describeAccountRemedy } from '../../panel/describe-account.ts';
import { describeOwner, describeStatus } from '../accounts/describe-account.ts';
import { needsSignIn } from '../accounts/needs-sign-in.ts';
import { type RunningState, describeState, describeSuccession, describeWarnings } from '../describe-state.ts';

/** What the panel's view of the server needs beside its state. */
export interface ServerModelContext {
  readonly l10n: Localizer;
  /** The base URL for tools on the user's machine, where that is not the server's own. */
  readonly forwardedUrl: string | null;
  /** Whether this window takes over by itself when the one that serves goes. */
  readonly takesOver: boolean;
  readonly isTrusted: boolean;
  /** Whether there is any account; `null` where that is not known yet. */
  readonly hasAccount: boolean | null;
}

/** What keeps requests from being answered comes before what may be a danger. */
const toRunningWarnings = (state: RunningState, l10n: Localizer): readonly string[] => {
  const { account, bridgeReason } = state;
  const status = account === null ? null : describeStatus(account, l10n);
  const remedy = account === null ? null : describeAccountRemedy(account, l10n);
  return [
    ...(bridgeReason === null ? [] : [bridgeReason]),
    ...(account === null || status === null
      ? []
      : [[`${describeOwner(account)}: ${status}`, remedy].filter((words) => words !== null).join(' ')]),
    ...describeWarnings(state, l10n),
  ];
};

const toWarnings = (state: GatewayState, { l10n, takesOver }: ServerModelContext): readonly string[] => {
  switch (state.status) {
    case 'failed':
      return [state.message];
    case 'served-elsewhere':
      return [describeSuccession({ canBeAsked: state.by !== null, takesOver }, l10n)];
    case 'running':
      return toRunningWarnings(state, l10n);
    case 'stopped':
    case 'starting':
      return [];
    default:
      return assertNever(state);
  }
};

/** Maps the state of the server to what the panel shows of it. Pure. */
export const toServerModel = (state: GatewayState, context: ServerModelContext): ServerModel => {
  const { l10n, forwardedUrl, isTrusted, hasAccount } = context;
  const isRunning = state.status === 'running';
  const isServed = isRunning || state.status === 'served-elsewhere';
  return {
    status: state.status,
    baseUrl: isServed ? ((isRunning ? forwardedUrl : null) ?? state.baseUrl) : null,
    port: isServed ? state.port : null,
    summary: describeState(state, l10n),
    warnings: toWarnings(state, context),
    isRestricted: !isTrusted,
    canTakeOver: state.status === 'served-elsewhere' && state.by !== null,
    needsSignIn: isRunning ? needsSignIn(state.account) : hasAccount === false,
  };
};
