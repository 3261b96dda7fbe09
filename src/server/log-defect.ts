import type { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import { redactText } from '../core/secret-forms.ts';

/** Writes down what nobody expected, with its cause, which no client is told; nothing where the error is of a known kind. */
export const logDefect = (logger: Logger, { code, cause }: GatewayError, requestId: string): void => {
  if (code !== 'internal_error') return;
  const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  logger.error(`A request failed unexpectedly: ${reason}`, { requestId: redactText(requestId) });
};
