import type { ErrorRequestHandler, RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { toOpenAiError } from '../../protocols/openai-error.ts';
import { getRequestId } from './request-id.ts';

/** Answers for paths that nothing is at. */
export const notFound = (): RequestHandler => (request) => {
  throw new GatewayError('not_found', `There is nothing at ${request.method} ${request.path}. The API is under /v1.`);
};

/** Answers for methods that a path does not take. */
export const methodNotAllowed =
  (...allowed: readonly string[]): RequestHandler =>
  (request, response) => {
    response.setHeader('Allow', allowed.join(', '));
    throw new GatewayError('method_not_allowed', `${request.path} takes ${allowed.join(', ')}, not ${request.method}.`);
  };

/** Answers every failure in OpenAI's form; what it does not know goes to the log and stays there. */
export const errors =
  (logger: Logger): ErrorRequestHandler =>
  (thrown: unknown, _request, response, _next) => {
    const error = isUrlError(thrown)
      ? new GatewayError('invalid_request', 'The URL is not valid.')
      : GatewayError.from(thrown);
    if (error.code === 'internal_error') {
      const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause);
      logger.error(`A request failed unexpectedly: ${cause}`, { requestId: getRequestId(response) });
    }
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    response.status(error.spec.status).json(toOpenAiError(error));
  };

/** The router's error for a path with a broken percent-encoding. */
const isUrlError = (error: unknown): boolean => error instanceof URIError;
