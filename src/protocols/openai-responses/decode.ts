import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import { toCursorParams } from '../cursor-params.ts';
import { decodeAnswerFormat } from '../decode-answer-format.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { NO_PROBABILITIES, toUnsupportedParameter } from '../unsupported-parameter.ts';
import { toValidationError } from '../validation-error.ts';
import { listIgnoredFields } from './ignored-fields.ts';
import { decodeItem } from './item-schema.ts';
import { MAX_BODY_LEVELS } from '../max-body-levels.ts';
import { toResponseEcho } from './response-echo.ts';
import type { ResponseEcho, ResponseItem } from './response-object.ts';
import { type ResponseRequest, responseRequestSchema } from './schema.ts';

/** A request for a response as far as it can be read without its context: what went before, and which tools there are by then. */
export interface DecodedResponseRequest {
  /** As the client wrote it; `null` where it named none. */
  readonly model: string | null;
  /** As the client wrote it. */
  readonly reasoningEffort: string | null;
  /** Model parameters by id. */
  readonly cursorParams: Readonly<Record<string, string>> | null;
  /** The request's own items, each with its type; a string is one message. */
  readonly input: readonly ResponseItem[];
  readonly instructions: string | null;
  readonly previousResponseId: string | null;
  readonly conversationId: string | null;
  readonly isStream: boolean;
  readonly isBackground: boolean;
  readonly isStored: boolean;
  /** Whether an answer is wanted; a WebSocket's warm-up wants none. */
  readonly generates: boolean;
  readonly limits: OutputLimits;
  readonly format: AnswerFormat | null;
  /** As they were sent, for `decodeResponseTools`. */
  readonly tools: readonly JsonObject[];
  /** As it was sent. */
  readonly toolChoice: unknown;
  readonly parallelToolCalls: boolean;
  /** Whether reasoning is told as a summary. */
  readonly showsSummary: boolean;
  readonly includesEncryptedReasoning: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Without `tools`, which the caller fills in. */
  readonly echo: ResponseEcho;
  /** The fields that were sent and have no effect. */
  readonly ignored: readonly string[];
}

/**
 * Reads the body of `POST /v1/responses`, of `…/input_tokens` and of `…/compact`.
 *
 * @throws GatewayError `validation_failed` for a malformed body, another of status 400 for what is well formed but cannot be
 *   done
 */
export const decodeResponseRequest = (
  body: unknown,
  {
    mayWarmUp = false,
  }: {
    /** Whether the body is a frame of a WebSocket, which alone can warm up by `generate: false`. */
    readonly mayWarmUp?: boolean;
  } = {},
): DecodedResponseRequest => {
  refuseDeepNesting(body, [], MAX_BODY_LEVELS);
  const parsed = responseRequestSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  const request = parsed.data;
  refuseUnsupported(request);
  refuseContradictions(request);
  const conversationId =
    (typeof request.conversation === 'string' ? request.conversation : request.conversation?.id) || null;
  return {
    model: request.model ?? null,
    reasoningEffort: request.reasoning?.effort || null,
    cursorParams: toCursorParams(request.cursor_params),
    input: decodeInput(request.input),
    instructions: request.instructions ?? null,
    previousResponseId: request.previous_response_id || null,
    conversationId,
    isStream: request.stream ?? false,
    isBackground: request.background ?? false,
    isStored: request.store ?? true,
    generates: !mayWarmUp || (request.generate ?? true),
    limits: { stop: [], maxTokens: request.max_output_tokens ?? null, countsReasoning: true },
    format: decodeAnswerFormat({
      type: request.text?.format?.type,
      path: ['text', 'format'],
      definition: request.text?.format,
      definitionPath: ['text', 'format'],
    }),
    tools: request.tools ?? [],
    toolChoice: request.tool_choice ?? null,
    parallelToolCalls: request.parallel_tool_calls ?? true,
    showsSummary: (request.reasoning?.summary ?? request.reasoning?.generate_summary ?? null) !== null,
    includesEncryptedReasoning: request.include?.includes('reasoning.encrypted_content') ?? false,
    metadata: request.metadata ?? {},
    echo: toResponseEcho(request, conversationId),
    ignored: listIgnoredFields(request, mayWarmUp),
  };
};

const decodeInput = (input: ResponseRequest['input']): readonly ResponseItem[] => {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return (input ?? []).map((item, index) => decodeItem(item, ['input', index]));
};

const refuseUnsupported = (request: ResponseRequest): void => {
  if ((request.top_logprobs ?? 0) > 0) throw toUnsupportedParameter('top_logprobs', NO_PROBABILITIES);
  if (request.include?.includes('message.output_text.logprobs')) {
    throw toUnsupportedParameter('include', `${NO_PROBABILITIES} Leave "message.output_text.logprobs" out.`);
  }
  if (request.prompt !== null && request.prompt !== undefined) {
    throw toUnsupportedParameter('prompt', 'Portside keeps no templates. Send the text in instructions and input.');
  }
};

const refuseContradictions = (request: ResponseRequest): void => {
  const refuse = (param: string, why: string): never => {
    throw new GatewayError('invalid_request', `${param}: ${why}`, { param });
  };
  if (request.previous_response_id && request.conversation) {
    refuse('previous_response_id', 'send either previous_response_id or conversation, not both.');
  }
  if ((request.conversation ?? null) !== null && request.store === false) {
    refuse('conversation', 'it keeps what is said in it. Leave store out, or send "store": true.');
  }
  if (request.background === true && request.store === false) {
    refuse('background', 'a background response has to be stored. Leave store out, or send "store": true.');
  }
};
