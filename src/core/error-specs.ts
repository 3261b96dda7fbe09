/** How one kind of failure is told to clients and to people. */
export interface ErrorSpec {
  /** HTTP status, where nothing has been sent yet. */
  readonly status: number;
  /** `error.type` in OpenAI's form. Agents stop at once on `invalid_request_error` and retry on `server_error`. */
  readonly type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'permission_error'
    | 'rate_limit_error'
    | 'server_error'
    | 'service_unavailable'
    | 'timeout_error';
  /** `error.code` in OpenAI's form. */
  readonly openaiCode: string | null;
  /** Whether the same request may work a little later. */
  readonly isRetryable: boolean;
  /** When this happens, and what a person can do; becomes `docs/errors.md`. */
  readonly meaning: string;
}

/** Every failure that a client can meet. Source of `docs/errors.md`. */
export const ERROR_SPECS = {
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'The request cannot be served as it is. The message says what to change.',
  },
  invalid_json: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'invalid_json',
    isRetryable: false,
    meaning: 'The body is not valid JSON.',
  },
  unsupported_parameter: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'unsupported_parameter',
    isRetryable: false,
    meaning: 'A field asks for something that Cursor does not offer and Portside cannot enforce. Leave it out.',
  },
  unsupported_value: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'unsupported_value',
    isRetryable: false,
    meaning: 'A field has a value that is not supported. The message names the ones that are.',
  },
  previous_response_not_found: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'previous_response_not_found',
    isRetryable: false,
    meaning:
      'The response that `previous_response_id` names is not there, or one that it goes on from: it was not stored, has been deleted, or belongs to another access token. Send the whole conversation instead.',
  },
  unsupported_tool: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'unsupported_tool',
    isRetryable: false,
    meaning:
      'The request demands a tool that OpenAI or Anthropic runs and Cursor does not offer, such as `web_search`. Leave it out, or send one of your own.',
  },
  thread_unsupported_request: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'thread_unsupported_request',
    isRetryable: false,
    meaning:
      'A request of the Messages API has a `thread`, which Portside does not keep. Send the whole conversation instead; the official client does so by itself.',
  },
  invalid_stream_id: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'invalid_stream_id',
    isRetryable: false,
    meaning: 'A `stream_id` on a WebSocket has 1 to 256 letters, digits, `_`, `-` and `.`.',
  },
  websocket_stream_limit_reached: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'websocket_stream_limit_reached',
    isRetryable: false,
    meaning: 'A WebSocket has at most 32 different values of `stream_id`. Reuse one, or open another connection.',
  },
  websocket_connection_limit_reached: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'websocket_connection_limit_reached',
    isRetryable: true,
    meaning: 'A WebSocket is open for an hour at most. Open a new one.',
  },
  request_cancelled: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'request_cancelled',
    isRetryable: false,
    meaning: 'The user of Portside has cancelled this request in the panel. Send it again only if they want it.',
  },
  invalid_image: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'invalid_image',
    isRetryable: false,
    meaning: 'An image cannot be read, is too large, has a type that is not supported, or may not be fetched.',
  },
  context_length_exceeded: {
    status: 400,
    type: 'invalid_request_error',
    openaiCode: 'context_length_exceeded',
    isRetryable: false,
    meaning: 'The conversation is too long for the model. Shorten it, or choose a model with a larger context.',
  },
  client_token_invalid: {
    status: 401,
    type: 'authentication_error',
    openaiCode: 'invalid_api_key',
    isRetryable: false,
    meaning: "The client sent no access token, or a wrong one. Use Portside's token, not Cursor's key.",
  },
  cursor_sign_in_required: {
    status: 401,
    type: 'authentication_error',
    openaiCode: 'cursor_sign_in_required',
    isRetryable: false,
    meaning:
      "Portside is not signed in to Cursor, or Cursor refused its key. Sign in, or set a valid key. This is never about the client's access token.",
  },
  cursor_sign_in_expired: {
    status: 401,
    type: 'authentication_error',
    openaiCode: 'cursor_sign_in_expired',
    isRetryable: false,
    meaning:
      "The Cursor sign-in that Portside uses has expired, or Cursor does not accept it any more. Sign in again: the command Portside: Sign In to Cursor, or `portside auth login`. This is never about the client's access token.",
  },
  permission_denied: {
    status: 403,
    type: 'permission_error',
    openaiCode: null,
    isRetryable: false,
    meaning:
      'Cursor refused this for the account; or the Host or Origin of the request is not allowed; or the access token may not use this account or this model.',
  },
  not_found: {
    status: 404,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning:
      'There is nothing at this path; or no session, response, chat completion, conversation or item of this id that belongs to the access token.',
  },
  model_not_found: {
    status: 404,
    type: 'invalid_request_error',
    openaiCode: 'model_not_found',
    isRetryable: false,
    meaning: 'The account has no model of this id. The message names the nearest ones.',
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'The path exists, but not for this method. The `Allow` header lists those that do.',
  },
  request_timeout: {
    status: 408,
    type: 'timeout_error',
    openaiCode: null,
    isRetryable: true,
    meaning: 'The request did not arrive in time: its headers or its body came too slowly.',
  },
  conflict: {
    status: 409,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: true,
    meaning: 'Another request is using the same conversation. Wait for it to end.',
  },
  body_too_large: {
    status: 413,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'The body is over the limit that the message names.',
  },
  unsupported_media_type: {
    status: 415,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'The body is not `application/json`, or has an encoding that is not supported.',
  },
  validation_failed: {
    status: 422,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning:
      'The body is JSON but not a valid request. `param` names the field. `/v1/responses`, `/v1/conversations`, `/v1/messages` and `/api` answer 400, as those APIs do.',
  },
  upgrade_required: {
    status: 426,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'There is no WebSocket at this path, or only one: the message says which.',
  },
  rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    openaiCode: 'rate_limit_exceeded',
    isRetryable: true,
    meaning: "Cursor's rate or usage limit is reached. The message is Cursor's own.",
  },
  too_many_runs: {
    status: 429,
    type: 'rate_limit_error',
    openaiCode: 'rate_limit_exceeded',
    isRetryable: true,
    meaning:
      'Portside already has as many requests under way and waiting as its settings allow. `Retry-After` says when to try again.',
  },
  too_many_websockets: {
    status: 429,
    type: 'rate_limit_error',
    openaiCode: 'rate_limit_exceeded',
    isRetryable: true,
    meaning: 'Too many WebSockets are open, or too many requests wait on one. Close some, or wait for answers.',
  },
  token_rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    openaiCode: 'rate_limit_exceeded',
    isRetryable: true,
    meaning:
      'The access token has made as many requests in this minute as it may. `Retry-After` says when it may make the next.',
  },
  too_many_failed_authentications: {
    status: 429,
    type: 'rate_limit_error',
    openaiCode: 'too_many_failed_authentications',
    isRetryable: true,
    meaning:
      'Too many wrong access tokens came from this address within a minute. `Retry-After` says when to try again; a right token is accepted at any time.',
  },
  headers_too_large: {
    status: 431,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'The request has too many headers, or they are too large.',
  },
  internal_error: {
    status: 500,
    type: 'server_error',
    openaiCode: null,
    isRetryable: true,
    meaning: 'A defect in Portside. The log has the details under the request id.',
  },
  not_implemented: {
    status: 501,
    type: 'invalid_request_error',
    openaiCode: null,
    isRetryable: false,
    meaning: 'A part of an API that Cursor has no counterpart for, such as embeddings. The message says why.',
  },
  upstream_error: {
    status: 502,
    type: 'server_error',
    openaiCode: null,
    isRetryable: true,
    meaning: 'Cursor could not be reached, or failed.',
  },
  model_output_invalid: {
    status: 502,
    type: 'server_error',
    openaiCode: 'model_output_invalid',
    isRetryable: false,
    meaning:
      'The model did not do what the request demands, also when asked again: no valid JSON, no call of a required tool, arguments that do not fit, or the same call without end. The message says which.',
  },
  bridge_unavailable: {
    status: 503,
    type: 'service_unavailable',
    openaiCode: null,
    isRetryable: true,
    meaning:
      'The process that holds the Cursor SDK is not running. It is restarted by itself; the log says why it ended.',
  },
  upstream_unavailable: {
    status: 503,
    type: 'service_unavailable',
    openaiCode: null,
    isRetryable: true,
    meaning: 'Cursor says that it is overloaded or down for a moment.',
  },
  timeout: {
    status: 504,
    type: 'timeout_error',
    openaiCode: 'timeout',
    isRetryable: true,
    meaning: 'Cursor sent nothing for longer than the request timeout.',
  },
} as const satisfies Record<string, ErrorSpec>;

/** The name of a failure: a key of {@link ERROR_SPECS}. */
export type GatewayErrorCode = keyof typeof ERROR_SPECS;
