import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { toValidationError } from '../validation-error.ts';
import { type DecodedMessages, decodeMessages } from './decode-messages.ts';
import { decodeChoices, decodeFormat, decodeLimits } from './decode-output.ts';
import { type DecodedTools, decodeTools } from './decode-tools.ts';
import { type ChatRequest, chatRequestSchema } from './schema.ts';

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
    cursorParams: toParams(request.cursor_params),
    ...decodeMessages(request.messages),
    ...decodeTools(request),
    choices: decodeChoices(request),
    limits,
    format: decodeFormat(request),
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    ignored: [
      ...Object.entries(request)
        .filter(([name, value]) => value !== null && value !== undefined && !hasEffect(name, limits))
        .map(([name]) => name),
      ...(request.messages.some(isNamed) ? ['messages.name'] : []),
    ],
  };
};

const hasEffect = (name: string, limits: OutputLimits): boolean =>
  name === 'max_tokens' ? !limits.countsReasoning : READ_FIELDS.has(name);

/** Cursor knows no participants of the same role. */
const isNamed = (message: ChatRequest['messages'][number]): boolean =>
  message.role !== 'function' && typeof message['name'] === 'string' && message['name'] !== '';

const READ_FIELDS: ReadonlySet<string> = new Set(Object.keys(chatRequestSchema.shape));

const refuseUnsupported = (request: ChatRequest): void => {
  const refuse = (param: string, why: string): never => {
    throw new GatewayError('unsupported_parameter', `${param} is not supported: ${why}`, { param });
  };
  if (request.logprobs === true) refuse('logprobs', 'Cursor does not report token probabilities.');
  if ((request.top_logprobs ?? 0) > 0) refuse('top_logprobs', 'Cursor does not report token probabilities.');
  if (request.modalities?.some((modality) => modality !== 'text')) {
    refuse('modalities', 'Cursor answers with text only. Leave it out, or send ["text"].');
  }
  if (request.audio) refuse('audio', 'Cursor answers with text only.');
};

/** An object of values, or the SDK's list of ids and values. */
const toParams = (params: ChatRequest['cursor_params']): Readonly<Record<string, string>> | null => {
  if (params === null || params === undefined) return null;
  const entries = Array.isArray(params) ? params.map(({ id, value }) => [id, value] as const) : Object.entries(params);
  return Object.fromEntries(entries.map(([id, value]) => [id, String(value)]));
};
