import { GatewayError } from '../../core/gateway-error.ts';

/** A failure as the Responses API tells it: what is not a valid request has status 400, and the conversation is in `input`. */
export const toResponsesError = (error: GatewayError): GatewayError => {
  const param = error.param?.replace(/^messages\b/, 'input') ?? null;
  const code = error.code === 'validation_failed' ? 'invalid_request' : error.code;
  if (code === error.code && param === error.param) return error;
  const { message, retryAfterSeconds, cause } = error;
  return new GatewayError(code, message, { param, retryAfterSeconds, cause });
};
