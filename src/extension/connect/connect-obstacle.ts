import { assertNever } from '../../core/assert-never.ts';
import type { Localizer } from '../../core/localizer.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { ObstacleCommand } from '../../panel/models.ts';
import { describeServer } from '../windows/describe-server.ts';
import { knowsOurTokens } from '../windows/knows-our-tokens.ts';

/** Why no tool can be connected now. */
export interface ConnectObstacle {
  /** With what to do. */
  readonly text: string;
  /** Takes it away; `null` where one can only wait, or has to do it elsewhere. */
  readonly command: ObstacleCommand | null;
}

type ServedElsewhere = Extract<GatewayState, { status: 'served-elsewhere' }>;

const toForeignServer = ({ by }: ServedElsewhere, l10n: Localizer): ConnectObstacle => {
  if (by === null) {
    return {
      text: l10n.t(
        'Another Portside has the port, which is not known here and does not know the access tokens of this editor. Connect the tool there, or choose another port.',
      ),
      command: null,
    };
  }
  const server = describeServer(by, l10n);
  return {
    text:
      by.kind === 'cli'
        ? l10n.t(
            'Portside is served by {0}, which does not know the access tokens of this editor. Take over, or use the command portside connect there.',
            server,
          )
        : l10n.t(
            'Portside is served by {0}, which belongs to another editor or profile and does not know the access tokens of this one. Take over, or connect the tool there.',
            server,
          ),
    command: 'portside.takeOverServer',
  };
};

/**
 * Why no tool can be connected now; `null` where one can. Pure.
 *
 * @param dataFolderId that of this window; see `toDataFolderId`
 */
export const findConnectObstacle = (
  state: GatewayState,
  dataFolderId: string,
  l10n: Localizer,
): ConnectObstacle | null => {
  switch (state.status) {
    case 'running':
      return null;
    case 'stopped':
    case 'failed':
      return { text: l10n.t('Start the server first: tools need its address.'), command: 'portside.startServer' };
    case 'starting':
      return { text: l10n.t('The server is starting.'), command: null };
    case 'served-elsewhere':
      return knowsOurTokens(state.by, dataFolderId) ? null : toForeignServer(state, l10n);
    default:
      return assertNever(state);
  }
};
