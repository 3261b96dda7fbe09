import type { oas31 } from 'zod-openapi';
import { ERROR_SPECS, type GatewayErrorCode } from '../../../src/core/error-specs.ts';
import type { ErrorForm } from './operation.ts';

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

/** The status of an error on a wire. */
const toStatus = (form: ErrorForm, code: ErrorCode): number => {
  const { status } = ERROR_SPECS[code];
  return status === 422 && (form === 'Anthropic' || form === 'Responses') ? 400 : status;
};

const toName = (form: ErrorForm, status: number): string => `${form}Error${status}`;

/** The codes of a request's errors by status, lowest first. */
const byStatus = (form: ErrorForm, codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> =>
  new Map([...Map.groupBy(new Set(codes), (code) => toStatus(form, code))].toSorted(([left], [right]) => left - right));

/** All that an operation may be refused with, as references to {@link toErrorResponses}. */
export const toErrorReferences = (
  form: ErrorForm,
  codes: readonly ErrorCode[],
  isPublic: boolean,
): Record<string, oas31.ReferenceObject> =>
  Object.fromEntries(
    [...byStatus(form, [...ANY_ERRORS, ...(isPublic ? [] : TOKEN_ERRORS), ...codes]).keys()].map((status) => [
      String(status),
      { $ref: `#/components/responses/${toName(form, status)}` },
    ]),
  );

/** What each status means on each wire, in the words of the table of errors. */
export const toErrorResponses = (): Record<string, oas31.ResponseObject> => {
  const codes: readonly ErrorCode[] = [...new Set([...ANY_ERRORS, ...TOKEN_ERRORS, ...RUN_ERRORS, ...OTHERS])];
  return Object.fromEntries(
    (['OpenAi', 'Responses', 'Anthropic', 'Ollama'] as const).flatMap((form) =>
      [...byStatus(form, codes)].map(([status, group]) => [toName(form, status), toResponse(form, status, group)]),
    ),
  );
};

/** Those of a few routes alone. */
const OTHERS: readonly ErrorCode[] = [
  'not_found',
  'upgrade_required',
  'too_many_websockets',
  'not_implemented',
  'previous_response_not_found',
  'unsupported_tool',
  'thread_unsupported_request',
];

const toResponse = (form: ErrorForm, status: number, codes: readonly ErrorCode[]): oas31.ResponseObject => ({
  description: codes.map((code) => `- \`${code}\`: ${ERROR_SPECS[code].meaning}`).join('\n'),
  ...((status === 429 || status === 503) && {
    headers: {
      'Retry-After': { description: 'Seconds after which to try again.', schema: { type: 'integer' } },
    },
  }),
  content: {
    'application/json': {
      schema: { $ref: `#/components/schemas/${form === 'Responses' ? 'OpenAi' : form}Error` },
    },
  },
});
