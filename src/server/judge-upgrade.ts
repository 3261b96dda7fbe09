import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../core/gateway-error.ts';
import { judgeRequestHead, type NetworkPolicy } from '../core/loopback-guard.ts';
import type { Authenticator } from './authentication/create-authenticator.ts';
import { toRequestCredentials } from './authentication/read-credentials.ts';
import { readRequestHead } from './request-head.ts';

/** What a request for a WebSocket is judged by: the same as any other. */
export interface UpgradeRules {
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly network: NetworkPolicy;
}

/** Why a request for a WebSocket is refused: by the guard, then for want of a token, then because none is served. */
export const judgeUpgrade =
  ({ authenticator, network }: UpgradeRules) =>
  async (request: IncomingMessage): Promise<GatewayError> => {
    const refusal = judgeRequestHead(readRequestHead(request), network);
    if (refusal !== null) return refusal;
    try {
      await authenticator.authenticate(toRequestCredentials(request));
    } catch (error) {
      return GatewayError.from(error);
    }
    return new GatewayError('upgrade_required', 'There is no WebSocket at this path. Use HTTP.');
  };
