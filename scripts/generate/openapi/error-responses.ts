import type { oas31 } from 'zod-openapi';
import { ERROR_SPECS } from '../../../src/core/error-specs.ts';
import { ANY_ERRORS, BODY_ERRORS, type ErrorCode, OTHER_ERRORS, RUN_ERRORS, TOKEN_ERRORS } from './errors.ts';
import { type AnswerHeaderName, RUN_ANSWER_HEADERS, toHeaderReferences } from './headers.ts';
import { type ErrorForm, isRun, type Operation } from './operation.ts';

/** The status of an error on a wire. */
const toStatus = (form: ErrorForm, code: ErrorCode): number => {
  const { status } = ERROR_SPECS[code];
  return status === 422 && form !== 'OpenAi' ? 400 : status;
};

const toName = (form: ErrorForm, status: number, ofRun: boolean): string =>
  `${form}${ofRun && isOfRun(status) ? 'Run' : ''}Error${status}`;

/** Whether a run may fail so once its model is chosen. */
const isOfRun = (status: number): boolean =>
  RUN_ERRORS.some((code) => !BODY_ERRORS.includes(code) && ERROR_SPECS[code].status === status);

/** The codes of a request's errors by status, lowest first. */
const byStatus = (form: ErrorForm, codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> =>
  new Map([...Map.groupBy(new Set(codes), (code) => toStatus(form, code))].toSorted(([left], [right]) => left - right));

/** All that an operation may be refused with, as references to {@link toErrorResponses}. */
export const toErrorReferences = (operation: Operation): Record<string, oas31.ReferenceObject> => {
  const { form, errors, isPublic = false } = operation;
  return Object.fromEntries(
    [...byStatus(form, [...ANY_ERRORS, ...(isPublic ? [] : TOKEN_ERRORS), ...errors]).keys()].map((status) => [
      String(status),
      { $ref: `#/components/responses/${toName(form, status, isRun(operation))}` },
    ]),
  );
};

/** What each status means on each wire, in the words of the table of errors. */
export const toErrorResponses = (): Record<string, oas31.ResponseObject> => {
  const codes: readonly ErrorCode[] = [...new Set([...ANY_ERRORS, ...TOKEN_ERRORS, ...RUN_ERRORS, ...OTHER_ERRORS])];
  return Object.fromEntries(
    FORMS.flatMap((form) =>
      [...byStatus(form, codes)].flatMap(([status, group]) =>
        (form !== 'Models' && isOfRun(status) ? [false, true] : [false]).map((ofRun) => [
          toName(form, status, ofRun),
          toResponse(form, status, { codes: group, ofRun }),
        ]),
      ),
    ),
  );
};

const FORMS: readonly ErrorForm[] = ['OpenAi', 'Responses', 'Anthropic', 'Ollama', 'Models'];

const toResponse = (
  form: ErrorForm,
  status: number,
  { codes, ofRun }: { readonly codes: readonly ErrorCode[]; readonly ofRun: boolean },
): oas31.ResponseObject => {
  const headers: readonly (readonly [AnswerHeaderName, boolean])[] = [
    ['X-Request-ID', true],
    ['request-id', tellsAnthropicId(form)],
    ['X-Should-Retry', codes.some((code) => !ERROR_SPECS[code].isRetryable)],
    ['Retry-After', codes.some((code) => ERROR_SPECS[code].isRetryable)],
    ['WWW-Authenticate', status === 401],
    ...RUN_ANSWER_HEADERS.map((name) => [name, ofRun] as const),
  ];
  return {
    description: codes.map((code) => `- \`${code}\`: ${ERROR_SPECS[code].meaning}`).join('\n'),
    headers: toHeaderReferences(headers.flatMap(([name, isTold]) => (isTold ? [name] : []))),
    content: { 'application/json': { schema: toErrorSchema(form) } },
  };
};

/** Whether the id of the request is told in Anthropic's header too. */
export const tellsAnthropicId = (form: ErrorForm): boolean => form === 'Anthropic' || form === 'Models';

const toErrorSchema = (form: ErrorForm): oas31.SchemaObject | oas31.ReferenceObject => {
  switch (form) {
    case 'OpenAi':
    case 'Responses':
      return OPENAI_ERROR;
    case 'Anthropic':
      return ANTHROPIC_ERROR;
    case 'Ollama':
      return { $ref: '#/components/schemas/OllamaError' };
    case 'Models':
      return { oneOf: [OPENAI_ERROR, ANTHROPIC_ERROR] };
  }
};

const OPENAI_ERROR = { $ref: '#/components/schemas/OpenAiError' };
const ANTHROPIC_ERROR = { $ref: '#/components/schemas/AnthropicError' };
