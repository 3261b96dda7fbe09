import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';

/**
 * Requires `Authorization: Bearer <token>` (RFC 6750), and keeps whose it is for {@link getOwner}. Digests are compared, so
 * that time tells nothing of the token.
 */
export const bearerAuth = (accessToken: string): RequestHandler => {
  const expected = sha256(accessToken);
  const owner = expected.toString('hex');
  return (request, response, next) => {
    const token = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
    if (token !== undefined && timingSafeEqual(sha256(token), expected)) {
      response.locals['owner'] = owner;
      next();
      return;
    }
    response.setHeader('WWW-Authenticate', 'Bearer realm="Portside"');
    throw new GatewayError(
      'client_token_invalid',
      token === undefined
        ? "No access token was sent. Send Portside's as `Authorization: Bearer <token>`."
        : "The access token is wrong. Use Portside's own: it is shown at start, or copied by the command Portside: Copy Access Token.",
    );
  };
};

/** Whom a request's sessions, conversations and idempotency keys belong to: the SHA-256 of its access token, in hex. */
export const getOwner = (response: { locals: Record<string, unknown> }): string => {
  const { owner } = response.locals;
  if (typeof owner !== 'string') throw new Error('This route lies before the check of the access token.');
  return owner;
};

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
