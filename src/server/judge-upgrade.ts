import type { IncomingMessage } from 'node:http';
import type { Client } from '../core/client.ts';
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

/** Where WebSockets are served. */
export const RESPONSES_PATH = '/v1/responses';

/**
 * Gives who asks for a WebSocket, where it may have one.
 *
 * @throws GatewayError by the guard, then for want of a token, then because none is served at its path
 */
export const judgeUpgrade = async (
  request: IncomingMessage,
  { authenticator, network }: UpgradeRules,
): Promise<Client> => {
  const refusal = judgeRequestHead(readRequestHead(request), network);
  if (refusal !== null) throw refusal;
  const client = await authenticator.authenticate(toRequestCredentials(request));
  const path = URL.parse(request.url ?? '', 'http://localhost')?.pathname.replace(/\/$/, '');
  if (path !== RESPONSES_PATH)
    throw new GatewayError(
      'upgrade_required',
      `There is no WebSocket at this path, only at ${RESPONSES_PATH}. Use HTTP.`,
    );
  return client;
};
