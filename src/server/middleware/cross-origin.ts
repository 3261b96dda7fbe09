import cors, { type CorsOptions } from 'cors';
import type { RequestHandler } from 'express';
import { isConfiguredOrigin, type NetworkPolicy, toRefusedOrigin } from '../../core/loopback-guard.ts';

/** How long browsers may remember what a preflight was told. */
const MAX_AGE_SECONDS = 600;

const OPTIONS: CorsOptions = {
  // Only reached by origins that the user has allowed. No credentials: the access token is a header, never a cookie.
  origin: true,
  methods: ['GET', 'HEAD', 'POST', 'DELETE'],
  maxAge: MAX_AGE_SECONDS,
  exposedHeaders: [
    'X-Request-ID',
    'request-id',
    'X-Portside-Model',
    'X-Portside-Conversation',
    'X-Portside-Ignored',
    'X-Cursor-Session-ID',
    'X-Should-Retry',
    'Retry-After',
    'Idempotent-Replayed',
  ],
};

/**
 * CORS for the pages that the user has allowed. Stands after the guard and before authentication, since a preflight bears no
 * token. Pages of this machine that are not allowed may send what needs no preflight, but can read no answer.
 */
export const crossOrigin = ({ allowedOrigins }: Pick<NetworkPolicy, 'allowedOrigins'>): RequestHandler => {
  const answerPreflight = cors(OPTIONS);
  // The package takes every OPTIONS for a preflight.
  const addHeaders = cors({ ...OPTIONS, preflightContinue: true });
  return (request, response, next) => {
    if (allowedOrigins.length > 0) response.vary('Origin');
    const { origin } = request.headers;
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (origin === undefined || !isConfiguredOrigin(origin, allowedOrigins)) {
      if (isPreflight) throw toRefusedOrigin(origin ?? '');
      next();
      return;
    }
    if (!isPreflight) {
      addHeaders(request, response, next);
      return;
    }
    // https://wicg.github.io/private-network-access/
    if (request.headers['access-control-request-private-network'] === 'true') {
      response.setHeader('Access-Control-Allow-Private-Network', 'true');
    }
    answerPreflight(request, response, next);
  };
};
