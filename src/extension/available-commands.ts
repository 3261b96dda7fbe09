import { assertNever } from '../core/assert-never.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { needsSignIn } from './accounts/needs-sign-in.ts';
import type { CommandId } from './command-ids.ts';
import { knowsOurTokens } from './windows/knows-our-tokens.ts';

/**
 * The commands that make sense in a state, the most likely first: links of the tooltip and rows of the quick choice.
 *
 * @param dataFolderId that of this window; see `toDataFolderId`
 */
export const availableCommands = (state: GatewayState, dataFolderId: string): readonly CommandId[] => {
  switch (state.status) {
    case 'stopped':
      return [
        'portside.startServer',
        'portside.openPanel',
        'portside.copyAccessToken',
        'portside.signIn',
        'portside.showLogs',
      ];
    case 'starting':
      return ['portside.stopServer', 'portside.openPanel', 'portside.showLogs'];
    case 'failed':
      return [
        'portside.startServer',
        ...(state.code === 'port_in_use' ? (['portside.changePort'] as const) : []),
        'portside.openPanel',
        'portside.showLogs',
      ];
    case 'served-elsewhere':
      return [
        // Whoever is not known cannot be asked to make way.
        ...(state.by === null ? (['portside.changePort'] as const) : (['portside.takeOverServer'] as const)),
        'portside.openPanel',
        'portside.copyBaseUrl',
        ...(knowsOurTokens(state.by, dataFolderId) ? (['portside.copyAccessToken'] as const) : []),
        'portside.stopServer',
        'portside.showLogs',
      ];
    case 'running':
      return [
        ...(needsSignIn(state.account) || state.account?.status === 'expiring' ? (['portside.signIn'] as const) : []),
        'portside.openPanel',
        'portside.copyBaseUrl',
        'portside.copyAccessToken',
        'portside.connectTool',
        'portside.stopServer',
        'portside.restartServer',
        ...(needsSignIn(state.account) ? [] : (['portside.switchAccount'] as const)),
        'portside.showLogs',
      ];
    default:
      return assertNever(state);
  }
};
