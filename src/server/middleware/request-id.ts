import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { wireOf } from '../wire-of.ts';

/** Echoes the client's `X-Request-ID` unchanged, or makes one, and keeps it for logs as `response.locals.requestId`. */
export const requestId = (): RequestHandler => (request, response, next) => {
  const id = request.get('x-request-id') || randomUUID();
  response.locals['requestId'] = id;
  response.setHeader('X-Request-ID', id);
  // Where Anthropic's clients look for it.
  if (wireOf(request) === 'anthropic') response.setHeader('request-id', id);
  next();
};

/** The id of the request that this response answers. */
export const getRequestId = (response: { locals: Record<string, unknown> }): string =>
  String(response.locals['requestId']);
