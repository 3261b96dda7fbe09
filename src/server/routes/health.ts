import type { RequestHandler } from 'express';
import type { Backend } from '../../core/backend.ts';

/** What `/health` tells; it is public, so nothing that is secret or a user's own. */
export interface HealthFacts {
  readonly backend: Pick<Backend, 'state'>;
  readonly version: string;
  /** By it, Portsides of the same user know each other. */
  readonly instanceId: string;
}

/** `GET /health`: public, for readiness probes. 200 once the bridge is connected, 503 before and while it is down. */
export const health =
  ({ backend, version, instanceId }: HealthFacts): RequestHandler =>
  (_request, response) => {
    const { status, proxy } = backend.state;
    const isReady = status === 'ready';
    response.status(isReady ? 200 : 503).json({
      status: isReady ? 'ok' : 'degraded',
      bridge: isReady ? 'connected' : 'unavailable',
      version,
      instance: instanceId,
      proxy,
    });
  };
