import type { Request, RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import { isLoopbackAddress, isLoopbackHost } from '../../core/loopback-guard.ts';
import type { Authenticator } from '../authentication/create-authenticator.ts';
import { toRequestCredentials } from '../authentication/read-credentials.ts';
import type { Metrics } from '../metrics/create-metrics.ts';
import { authenticate, getClient } from '../middleware/authenticate.ts';

/** What `/metrics` tells, and to whom. */
export interface MetricsEndpoint {
  readonly metrics: Pick<Metrics, 'contentType' | 'read'>;
  /** Whether programs of this machine need no token. */
  readonly isOpenLocally: boolean;
}

/**
 * Lets in whoever has an access token that is limited to no model and no account and, where
 * {@link MetricsEndpoint.isOpenLocally}, programs of this machine. Stands behind the guard of `Host` and `Origin`.
 */
export const metricsAccess = (
  { isOpenLocally }: Pick<MetricsEndpoint, 'isOpenLocally'>,
  authenticator: Pick<Authenticator, 'authenticate'>,
): RequestHandler => {
  const checkToken = authenticate(authenticator);
  return (request, response, next) => {
    if (isOpenLocally && isLocalProgram(request)) {
      next();
      return;
    }
    return checkToken(request, response, () => {
      const { models, isAccountFixed } = getClient(response);
      next(models !== null || isAccountFixed ? tooLimited() : undefined);
    });
  };
};

const tooLimited = (): GatewayError =>
  new GatewayError(
    'permission_denied',
    'The numbers are those of all clients: an access token that is limited to models or to a Cursor account, and a Cursor API key, may not read them. Use a token without such limits.',
  );

/** `GET /metrics` in Prometheus' text format. */
export const readMetrics =
  ({ metrics }: Pick<MetricsEndpoint, 'metrics'>): RequestHandler =>
  async (_request, response) => {
    const body = Buffer.from(await metrics.read());
    // Without express, which would put the parameters of the type in another order.
    response.setHeader('Content-Type', metrics.contentType);
    response.setHeader('Content-Length', body.length);
    response.setHeader('Cache-Control', 'no-store');
    response.end(body);
  };

/** A tunnel and a container's way here end on this machine too, but come under other names or say whom they speak for; pages have an Origin. */
const isLocalProgram = (request: Request): boolean => {
  const { address, host } = toRequestCredentials(request);
  return (
    isLoopbackAddress(address.replace(/^::ffff:/i, '')) && isLoopbackHost(host) && request.headers.origin === undefined
  );
};
