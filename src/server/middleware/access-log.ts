import type { RequestHandler } from 'express';
import type { Logger } from '../../core/logger.ts';
import { redactPath, redactText } from '../../core/secret-forms.ts';
import { isQuietPath } from '../quiet-paths.ts';
import { getRequestId } from './request-id.ts';
import { getTraceContext } from './trace-context.ts';

/** Logs one line per request when it is over: never its query, headers or body. */
export const accessLog =
  (logger: Logger): RequestHandler =>
  (request, response, next) => {
    const startedAt = performance.now();
    const { method } = request;
    const path = redactPath(request.path);
    response.once('close', () => {
      const durationMs = Math.round(performance.now() - startedAt);
      const outcome = response.writableFinished ? String(response.statusCode) : 'hung up';
      const line = `${method} ${path} ${outcome}`;
      const requestId = redactText(getRequestId(response));
      const fields = { durationMs, requestId, traceId: getTraceContext(response)?.traceId };
      // Containers, editors and Prometheus ask every few seconds, and are told 503 for as long as something starts.
      const isUsual = response.statusCode < 400 || response.statusCode === 503;
      if (isUsual && isQuietPath(request.path)) logger.debug(line, fields);
      else logger.info(line, fields);
    });
    next();
  };
