import type { GatewayError } from '../../core/gateway-error.ts';
import { toStatusWithout422 } from '../status-without-422.ts';

/** An error as Anthropic's API writes it, in an answer and as the event of a stream. */
export interface AnthropicErrorBody {
  readonly type: 'error';
  readonly error: {
    readonly type: string;
    readonly message: string;
    /** What programs may look at; left out where there is nothing. */
    readonly details?: Readonly<Record<string, unknown>>;
  };
  readonly request_id: string;
}

export const toAnthropicError = (error: GatewayError, requestId: string): AnthropicErrorBody => ({
  type: 'error',
  error: {
    type: TYPES[toStatusWithout422(error)] ?? 'invalid_request_error',
    message: toMessage(error),
    ...(error.code === 'thread_unsupported_request' && {
      details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
    }),
  },
  request_id: requestId,
});

/** Anthropic's types by status; what is not here is a mistake of the client. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  501: 'api_error',
  502: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};

/** The message with what clients look for in it, and with this wire's name of a field that the engine names as Chat Completions does. */
const toMessage = ({ code, param, message }: GatewayError): string => {
  // Claude Code makes room in the conversation where a message begins so.
  if (code === 'context_length_exceeded')
    return `prompt is too long: ${message.replace(/^prompt is too long\b[.:]? */i, '')}`;
  return param === EFFORT ? message.replace(EFFORT, 'output_config.effort') : message;
};

const EFFORT = 'reasoning_effort';
