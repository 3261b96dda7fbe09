import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { toCursorParams } from '../cursor-params.ts';
import { listUnread } from '../list-unread.ts';
import type { DecodedMessages } from '../split-system-prompt.ts';
import { NO_PROBABILITIES, toUnsupportedParameter } from '../unsupported-parameter.ts';
import { toValidationError } from '../validation-error.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeChoices, decodeFormat, decodeLimits } from './decode-output.ts';
import { type DecodedTools, decodeTools } from './decode-tools.ts';
import { type ChatRequest, chatRequestSchema } from './schema.ts';
import { decodeStoredRequest, type StoredChatRequest } from './stored-completion.ts';

/** A decoded Chat Completions request: all that becomes an answer request, and how the answer is to be sent. */
export interface DecodedChatRequest extends DecodedMessages, DecodedTools {
  /** As the client wrote it; `null` where it named none. */
  readonly model: string | null;
  /** As the client wrote it. */
  readonly reasoningEffort: string | null;
  /** Model parameters by id. */
  readonly cursorParams: Readonly<Record<string, string>> | null;
  readonly choices: number;
  readonly limits: OutputLimits;
  readonly format: AnswerFormat | null;
  readonly isStream: boolean;
  /** Whether the stream ends with a chunk of its own for the token counts. */
  readonly includeUsage: boolean;
  /** What is kept beside the answer; `null` where it is not to be stored. */
  readonly stored: StoredChatRequest | null;
  /** The fields that were sent and have no effect, in the order they were sent. */
  readonly ignored: readonly string[];
}

/**
 * Reads the body of `POST /v1/chat/completions`.
 *
 * @throws GatewayError `validation_failed` for a malformed body, another of status 400 for what is well formed but cannot
 *   be done.
 */
export const decodeChatRequest = (body: unknown): DecodedChatRequest => {
  const parsed = chatRequestSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  const request = parsed.data;
  refuseUnsupported(request);
  const limits = decodeLimits(request);
  return {
    model: request.model ?? null,
    reasoningEffort: request.reasoning_effort || null,
    cursorParams: toCursorParams(request.cursor_params),
    ...decodeMessages(request.messages),
    ...decodeTools(request),
    choices: decodeChoices(request),
    limits,
    format: decodeFormat(request),
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    stored: decodeStoredRequest(request),
    ignored: [
      ...Object.entries(request)
        .filter(([name, value]) => value !== null && value !== undefined && !hasEffect(name, request, limits))
        .map(([name]) => name),
      ...listUnread(request.stream_options, ['include_usage'], 'stream_options'),
      ...(request.messages.some(isNamed) ? ['messages.name'] : []),
    ],
  };
};

const hasEffect = (name: string, request: ChatRequest, limits: OutputLimits): boolean => {
  switch (name) {
    case 'max_tokens':
      return !limits.countsReasoning;
    case 'metadata':
      return request.store === true;
    default:
      return READ_FIELDS.has(name);
  }
};

/** Cursor knows no participants of the same role. */
const isNamed = (message: ChatRequest['messages'][number]): boolean =>
  message.role !== 'function' && typeof message['name'] === 'string' && message['name'] !== '';

const READ_FIELDS: ReadonlySet<string> = new Set(Object.keys(chatRequestSchema.shape));

const refuseUnsupported = (request: ChatRequest): void => {
  if (request.logprobs === true) throw toUnsupportedParameter('logprobs', NO_PROBABILITIES);
  if ((request.top_logprobs ?? 0) > 0) throw toUnsupportedParameter('top_logprobs', NO_PROBABILITIES);
  if (request.modalities?.some((modality) => modality !== 'text')) {
    throw toUnsupportedParameter('modalities', 'Cursor answers with text only. Leave it out, or send ["text"].');
  }
  if (request.audio) throw toUnsupportedParameter('audio', 'Cursor answers with text only.');
};
