import { assertNever } from '../../core/assert-never.ts';
import type { Localizer } from '../../core/localizer.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import { describeServer } from '../windows/describe-server.ts';

/** Why no tool can be connected now, with what to do; `null` where one can. Pure. */
export const findConnectObstacle = (state: GatewayState, l10n: Localizer): string | null => {
  switch (state.status) {
    case 'running':
      return null;
    case 'stopped':
    case 'failed':
      return l10n.t('Start the server first: tools need its address.');
    case 'starting':
      return l10n.t('The server is starting.');
    case 'served-elsewhere':
      // Another window has the same access tokens; the command has tokens of its own.
      return state.by?.kind === 'editor'
        ? null
        : l10n.t(
            'Portside is served by {0}, which does not know the access tokens of this editor. Take over, or use the command portside connect there.',
            describeServer(state.by, l10n),
          );
    default:
      return assertNever(state);
  }
};
