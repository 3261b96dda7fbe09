import type { ErrorRequestHandler, RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { redactPath } from '../../core/secret-forms.ts';
import { toResponsesError } from '../../protocols/openai-responses/to-responses-error.ts';
import { logDefect } from '../log-defect.ts';
import { toErrorAnswer } from '../to-error-answer.ts';
import { wireOf } from '../wire-of.ts';
import { noteFailure } from './record-activity.ts';
import { getRequestId } from './request-id.ts';

/** Answers for paths that nothing is at. */
export const notFound = (): RequestHandler => (request) => {
  throw new GatewayError(
    'not_found',
    `There is nothing at ${request.method} ${redactPath(request.path)}. The API is under ${wireOf(request) === 'ollama' ? '/api' : '/v1'}.`,
  );
};

/** Answers for methods that a path does not take. */
export const methodNotAllowed =
  (...allowed: readonly string[]): RequestHandler =>
  (request, response) => {
    response.setHeader('Allow', allowed.join(', '));
    throw new GatewayError(
      'method_not_allowed',
      `${redactPath(request.path)} takes ${allowed.join(', ')}, not ${request.method}.`,
    );
  };

/** Tells failures of the Responses API in its own way; what comes behind it answers them. */
export const responsesErrors = (): ErrorRequestHandler => (thrown: unknown, _request, _response, next) => {
  next(thrown instanceof GatewayError ? toResponsesError(thrown) : thrown);
};

/** Answers every failure in the form of the API that was asked, OpenAI's where it is none; what it does not know goes to the log and stays there. */
export const errors =
  (logger: Logger): ErrorRequestHandler =>
  (thrown: unknown, request, response, _next) => {
    // Whoever hung up needs no answer, and nothing has gone wrong.
    if (response.destroyed && isAbort(thrown)) return;
    const error = isUrlError(thrown)
      ? new GatewayError('invalid_request', 'The URL is not valid.')
      : GatewayError.from(thrown);
    noteFailure(response, error);
    logDefect(logger, error, getRequestId(response));
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (error.retryAfterSeconds !== null) response.setHeader('Retry-After', String(error.retryAfterSeconds));
    // The official clients try any 5xx again of themselves, Claude Code a 401 too, and obey this.
    if (!error.spec.isRetryable) response.setHeader('X-Should-Retry', 'false');
    const { status, body } = toErrorAnswer(wireOf(request), error, getRequestId(response));
    response.status(status).json(body);
  };

/** What waiting ends with when its signal is aborted. */
const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** The router's error for a path with a broken percent-encoding. */
const isUrlError = (error: unknown): boolean => error instanceof URIError;
