import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { decodeAnswerFormat } from '../decode-answer-format.ts';
import { toStopSequences } from '../stop-schema.ts';
import type { ChatRequest } from './schema.ts';

const MAX_CHOICES = 8;

/** How many answers a request wants. @throws GatewayError for more than eight. */
export const decodeChoices = ({ n }: ChatRequest): number => {
  if ((n ?? 1) > MAX_CHOICES) {
    throw new GatewayError('unsupported_value', `n: ${n} is not supported. At most ${MAX_CHOICES} is.`, { param: 'n' });
  }
  return n ?? 1;
};

/** Where an answer is cut. `max_completion_tokens` wins over the older `max_tokens`, which counts the visible text alone. */
export const decodeLimits = (request: ChatRequest): OutputLimits => ({
  stop: toStopSequences(request.stop),
  maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
  countsReasoning: (request.max_completion_tokens ?? null) !== null,
});

/** The form that the text must have; `null` for any. @throws GatewayError for types that cannot be served. */
export const decodeFormat = ({ response_format: format }: ChatRequest): AnswerFormat | null =>
  decodeAnswerFormat({
    type: format?.type,
    path: ['response_format'],
    definition: format?.['json_schema'],
    definitionPath: ['response_format', 'json_schema'],
  });
