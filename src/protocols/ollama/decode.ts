import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { listUnread } from '../list-unread.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import type { DecodedMessages } from '../split-system-prompt.ts';
import { toStopSequences } from '../stop-schema.ts';
import { toCompletion } from '../to-completion.ts';
import { NO_PROBABILITIES, toUnsupportedParameter } from '../unsupported-parameter.ts';
import { parseAt } from '../parse-at.ts';
import { decodeImages } from './decode-images.ts';
import { decodeMessages } from './decode-messages.ts';
import { type DecodedTools, decodeTools } from './decode-tools.ts';
import { decodeKeepAlive } from './keep-alive.ts';
import { toModelId } from './model-name.ts';
import {
  type OllamaChatRequest,
  ollamaChatSchema,
  type OllamaGenerateRequest,
  ollamaGenerateSchema,
  type OllamaMessage,
  ollamaMessageSchema,
} from './schema.ts';

/** A decoded request of Ollama's wire: all that becomes an answer request, and how the answer is to be sent. */
export interface DecodedOllamaRequest extends DecodedTools {
  /** As the client wrote it, without the tag `latest`. */
  readonly model: string;
  /** As the client wrote it: answers bear the name that was asked for. */
  readonly name: string;
  /** `null` where nothing is asked: clients so have a model loaded, which is no work here. */
  readonly conversation: DecodedMessages | null;
  /** What `think` means in OpenAI's levels; `null` where it leaves the level to the model. */
  readonly reasoningEffort: string | null;
  /** Whether reasoning goes to the client as `thinking`. */
  readonly showsThinking: boolean;
  readonly limits: OutputLimits;
  readonly format: AnswerFormat | null;
  /** Unlike OpenAI's wires, this one streams unless told otherwise. */
  readonly isStream: boolean;
  /** How long the model counts as in use afterwards, in milliseconds; `null` where the request does not say. */
  readonly keepMs: number | null;
  /** The fields that were sent and have no effect, in the order they were sent. */
  readonly ignored: readonly string[];
}

/** Reads the body of `POST /api/chat`. @throws GatewayError that names the field at fault */
export const decodeOllamaChat = (body: unknown): DecodedOllamaRequest => {
  const request = parseAt(ollamaChatSchema, body, []);
  const messages = request.messages ?? [];
  return {
    conversation: messages.length === 0 ? null : decodeMessages(messages),
    ...decodeTools(request.tools),
    ...decodeCommon(request, Object.keys(ollamaChatSchema.shape), listUnreadOfMessages(messages)),
  };
};

/** Reads the body of `POST /api/generate`. With a suffix, the gap before it is filled. @throws GatewayError that names the field at fault */
export const decodeOllamaGenerate = (body: unknown): DecodedOllamaRequest => {
  const request = parseAt(ollamaGenerateSchema, body, []);
  return {
    conversation: toConversation(request),
    ...decodeTools(null),
    ...decodeCommon(request, Object.keys(ollamaGenerateSchema.shape), []),
  };
};

const toConversation = ({ prompt, suffix, system, images }: OllamaGenerateRequest): DecodedMessages | null => {
  const parts = decodeImages(images, ['images']);
  if (suffix) {
    const { systemPrompt, messages } = toCompletion(prompt ?? '', suffix);
    return { systemPrompt: [system, systemPrompt].filter(Boolean).join('\n\n'), messages };
  }
  if (!prompt && parts.length === 0) return null;
  return {
    systemPrompt: system || null,
    messages: [{ role: 'user', content: [...(prompt ? [{ type: 'text' as const, text: prompt }] : []), ...parts] }],
  };
};

const decodeCommon = (
  request: OllamaChatRequest | OllamaGenerateRequest,
  read: readonly string[],
  unreadOfMessages: readonly string[],
) => {
  if (request.logprobs === true) throw toUnsupportedParameter('logprobs', NO_PROBABILITIES);
  const { stop, num_predict: maxTokens } = request.options ?? {};
  return {
    model: toModelId(request.model),
    name: request.model,
    reasoningEffort: toEffort(request.think),
    showsThinking: request.think !== false,
    limits: {
      stop: toStopSequences(stop),
      // Ollama has zero and negative numbers for no limit, and rounds down.
      maxTokens: (maxTokens ?? 0) >= 1 ? Math.trunc(maxTokens ?? 0) : null,
      // What nobody asked for and nobody sees takes no room from the answer.
      countsReasoning: request.think !== false,
    },
    format: decodeFormat(request.format),
    isStream: request.stream ?? true,
    keepMs: decodeKeepAlive(request.keep_alive),
    ignored: [
      ...listUnread(request, read),
      ...unreadOfMessages,
      ...listUnread(request.options, ['stop', 'num_predict'], 'options'),
    ],
  };
};

/** Each once, however many messages have it. */
const listUnreadOfMessages = (messages: readonly OllamaMessage[]): readonly string[] => [
  ...new Set(messages.flatMap((message) => listUnread(message, READ_OF_MESSAGES, 'messages'))),
];

const READ_OF_MESSAGES: readonly string[] = Object.keys(ollamaMessageSchema.shape);

const toEffort = (think: OllamaChatRequest['think']): string | null => {
  if (think === false) return 'none';
  return typeof think === 'string' ? think || null : null;
};

const decodeFormat = (format: OllamaChatRequest['format']): AnswerFormat | null => {
  if (format === null || format === undefined || format === '') return null;
  if (format === 'json') return { type: 'json_object' };
  refuseDeepNesting(format, ['format']);
  return { type: 'json_schema', name: 'answer', description: null, schema: format };
};
