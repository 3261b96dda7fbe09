import type { RequestHandler } from 'express';
import type { Logger } from '../../core/logger.ts';
import { getRequestId } from './request-id.ts';

/** Longer ones are none of ours. */
const MAX_PATH = 200;

/** Logs one line per request when it is over: never its query, headers or body. */
export const accessLog =
  (logger: Logger): RequestHandler =>
  (request, response, next) => {
    const startedAt = performance.now();
    const { method } = request;
    const path = request.path.slice(0, MAX_PATH);
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - startedAt);
      const outcome = response.writableFinished ? String(response.statusCode) : 'hung up';
      const line = `${method} ${path} ${outcome}`;
      const fields = { durationMs, requestId: getRequestId(response) };
      // Health checks come every few seconds from containers and editors.
      if (path === '/health') logger.debug(line, fields);
      else logger.info(line, fields);
    });
    next();
  };
