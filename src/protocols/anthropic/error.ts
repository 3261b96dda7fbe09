import type { GatewayError } from '../../core/gateway-error.ts';

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
    type: TYPES[toAnthropicStatus(error)] ?? 'invalid_request_error',
    message: toField(error.message),
    ...(error.code === 'thread_unsupported_request' && {
      details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
    }),
  },
  request_id: requestId,
});

/** The HTTP status of an error on this wire: what is not a valid request has 400. */
export const toAnthropicStatus = ({ spec }: GatewayError): number => (spec.status === 422 ? 400 : spec.status);

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

/** What the engine names as Chat Completions has it. */
const toField = (message: string): string => message.replace(/^reasoning_effort\b/, 'output_config.effort');
