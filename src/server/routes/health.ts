import type { RequestHandler } from 'express';
import type { Backend } from '../../core/backend.ts';

/** `GET /health`: public, for readiness probes. 200 once the bridge is connected, 503 before and while it is down. */
export const health =
  (backend: Pick<Backend, 'state'>, version: string): RequestHandler =>
  (_request, response) => {
    const isReady = backend.state.status === 'ready';
    response.status(isReady ? 200 : 503).json({
      status: isReady ? 'ok' : 'degraded',
      bridge: isReady ? 'connected' : 'unavailable',
      version,
    });
  };
