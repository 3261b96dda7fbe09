import { assertNever } from '../core/assert-never.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import type { CommandId } from './command-ids.ts';

/** The commands that make sense in a state, the most likely first: links of the tooltip and rows of the quick choice. */
export const availableCommands = (state: GatewayState): readonly CommandId[] => {
  switch (state.status) {
    case 'stopped':
      return ['portside.startServer', 'portside.copyAccessToken', 'portside.setCursorApiKey', 'portside.showLogs'];
    case 'starting':
      return ['portside.stopServer', 'portside.showLogs'];
    case 'failed':
      return [
        'portside.startServer',
        ...(state.code === 'port_in_use' ? (['portside.changePort'] as const) : []),
        'portside.showLogs',
      ];
    case 'running':
      return [
        ...(state.isSignedOut ? (['portside.setCursorApiKey'] as const) : []),
        'portside.copyBaseUrl',
        'portside.copyAccessToken',
        'portside.stopServer',
        'portside.restartServer',
        'portside.showLogs',
      ];
    default:
      return assertNever(state);
  }
};
