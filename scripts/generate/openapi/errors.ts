import type { GatewayErrorCode } from '../../../src/core/error-specs.ts';

export type ErrorCode = GatewayErrorCode;

/** What any request may be refused with. */
export const ANY_ERRORS: readonly ErrorCode[] = [
  'permission_denied',
  'request_timeout',
  'headers_too_large',
  'internal_error',
];

/** What a request without a valid token is refused with. */
export const TOKEN_ERRORS: readonly ErrorCode[] = [
  'client_token_invalid',
  'token_rate_limited',
  'too_many_failed_authentications',
];

/** What a body may be refused with. */
export const BODY_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_json',
  'body_too_large',
  'unsupported_media_type',
  'validation_failed',
];

/** What may come of asking Cursor. */
export const CURSOR_ERRORS: readonly ErrorCode[] = [
  'cursor_sign_in_required',
  'cursor_sign_in_expired',
  'model_not_found',
  'rate_limited',
  'upstream_error',
  'bridge_unavailable',
  'upstream_unavailable',
  'timeout',
];

/** What may come of a run of a model. */
export const RUN_ERRORS: readonly ErrorCode[] = [
  ...BODY_ERRORS,
  ...CURSOR_ERRORS,
  'unsupported_parameter',
  'unsupported_value',
  'invalid_image',
  'context_length_exceeded',
  'request_cancelled',
  'conflict',
  'too_many_runs',
  'model_output_invalid',
];

/** Those of a few routes alone. */
export const OTHER_ERRORS: readonly ErrorCode[] = [
  'not_found',
  'upgrade_required',
  'too_many_websockets',
  'not_implemented',
  'previous_response_not_found',
  'unsupported_tool',
  'thread_unsupported_request',
];
