import { GatewayError } from '../../core/gateway-error.ts';

/** The fields that the engine names as Chat Completions has them. */
const FIELDS: readonly (readonly [chat: RegExp, responses: string])[] = [
  [/^messages\b/, 'input'],
  [/^reasoning_effort\b/, 'reasoning.effort'],
];

const toField = (text: string): string =>
  FIELDS.reduce((name, [chat, responses]) => name.replace(chat, responses), text);

/** A failure as the Responses API tells it: what is not a valid request has status 400, and fields have their names there. */
export const toResponsesError = (error: GatewayError): GatewayError => {
  const param = error.param === null ? null : toField(error.param);
  const code = error.code === 'validation_failed' ? 'invalid_request' : error.code;
  if (code === error.code && param === error.param) return error;
  const { message, retryAfterSeconds, cause } = error;
  return new GatewayError(code, toField(message), { param, retryAfterSeconds, cause });
};
