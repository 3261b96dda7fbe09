import { assertNever } from '../../core/assert-never.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { PortsideState } from './portside-api.ts';

/** What other extensions are told of the state of the server. Pure. */
export const toApiState = (state: GatewayState): PortsideState => {
  switch (state.status) {
    case 'stopped':
    case 'starting':
      return { status: state.status };
    case 'running':
    case 'served-elsewhere':
      return { status: state.status, baseUrl: state.baseUrl };
    case 'failed':
      return { status: 'failed', message: state.message };
    default:
      return assertNever(state);
  }
};
