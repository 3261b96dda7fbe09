import { GatewayError } from '../../core/gateway-error.ts';
import type { ContentPart, Message } from '../../core/run-request.ts';
import { toParam, toValidationError } from '../validation-error.ts';
import { type ChatMessage, type ChatRequest, chatRequestSchema } from './schema.ts';

/** A decoded Chat Completions request. */
export interface DecodedChatRequest {
  /** As the client wrote it; `null` where it named none. */
  readonly model: string | null;
  readonly systemPrompt: string | null;
  readonly messages: readonly Message[];
  readonly isStream: boolean;
  /** Whether the stream ends with a chunk of its own for the token counts. */
  readonly includeUsage: boolean;
  /** The fields that were sent and have no effect, in the order they were sent. */
  readonly ignored: readonly string[];
}

/**
 * Reads the body of `POST /v1/chat/completions`.
 *
 * @throws GatewayError `validation_failed` for a malformed body, `unsupported_parameter` and `unsupported_value` for what
 *   is well formed but cannot be done.
 */
export const decodeChatRequest = (body: unknown): DecodedChatRequest => {
  const parsed = chatRequestSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  const request = parsed.data;
  refuseUnsupported(request);
  const { systemPrompt, messages } = splitSystemPrompt(request.messages.map(toMessage));
  return {
    model: request.model ?? null,
    systemPrompt,
    messages,
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    ignored: Object.entries(request)
      .filter(([name, value]) => !hasEffect(name, value))
      .map(([name]) => name),
  };
};

/** Whether what a field asks for is done, or nothing at all. */
const hasEffect = (name: string, value: unknown): boolean => {
  if (value === null || value === undefined) return true;
  // Without tools, these two ask for nothing.
  if (name === 'tool_choice' || name === 'function_call') return value === 'none' || value === 'auto';
  return READ_FIELDS.has(name);
};

const READ_FIELDS: ReadonlySet<string> = new Set(Object.keys(chatRequestSchema.shape));

const refuseUnsupported = (request: ChatRequest): void => {
  const refuse = (param: string, why: string): never => {
    throw new GatewayError('unsupported_parameter', `${param} is not supported: ${why}`, { param });
  };
  if ((request.n ?? 1) > 1) {
    throw new GatewayError(
      'unsupported_value',
      `n: ${request.n} is not supported. Only 1 is; send the request again for more.`,
      {
        param: 'n',
      },
    );
  }
  if ((request.tools?.length ?? 0) > 0) refuse('tools', 'this version of Portside answers with text only.');
  if ((request.functions?.length ?? 0) > 0) refuse('functions', 'this version of Portside answers with text only.');
  if (request.response_format && request.response_format.type !== 'text') {
    throw new GatewayError(
      'unsupported_value',
      `response_format.type: "${request.response_format.type}" is not supported. Use "text", or ask for the format in the prompt.`,
      { param: 'response_format.type' },
    );
  }
  if (request.logprobs === true) refuse('logprobs', 'Cursor does not report token probabilities.');
  if ((request.top_logprobs ?? 0) > 0) refuse('top_logprobs', 'Cursor does not report token probabilities.');
  if (request.modalities?.some((modality) => modality !== 'text')) {
    throw new GatewayError('unsupported_value', 'modalities: only "text" is supported.', { param: 'modalities' });
  }
  if (request.audio) refuse('audio', 'Cursor answers with text only.');
};

const toMessage = (message: ChatMessage, index: number): Message => {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: toParts(message.content, index) };
    case 'user':
      return { role: 'user', content: toParts(message.content, index) };
    case 'assistant':
      return {
        role: 'assistant',
        content: toParts(message.content ?? message.refusal ?? '', index),
        toolCalls: (message.tool_calls ?? []).map((call) => ({
          id: call.id,
          name: call.function.name,
          arguments: call.function.arguments,
        })),
      };
    case 'tool':
      return { role: 'tool', toolCallId: message.tool_call_id, content: toParts(message.content, index) };
  }
};

const toParts = (content: string | readonly { type: string }[] | null, messageIndex: number): ContentPart[] => {
  if (content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part, index) => toPart(part, ['messages', messageIndex, 'content', index]));
};

const toPart = (part: { type: string; [key: string]: unknown }, path: readonly PropertyKey[]): ContentPart => {
  const field = part.type === 'refusal' ? 'refusal' : 'text';
  if (part.type !== field) {
    const param = toParam([...path, 'type']);
    throw new GatewayError(
      'unsupported_value',
      `${param}: "${part.type}" parts are not supported. Send text parts only.`,
      { param },
    );
  }
  const text = part[field];
  if (typeof text !== 'string') {
    const param = toParam([...path, field]);
    throw new GatewayError('validation_failed', `${param}: expected a string.`, { param });
  }
  return { type: 'text', text };
};

/**
 * System messages that open the conversation are its system prompt; later ones keep their place among the others. Where
 * there is nothing else, the last one is the prompt, as with OpenAI.
 */
const splitSystemPrompt = (
  messages: readonly Message[],
): { systemPrompt: string | null; messages: readonly Message[] } => {
  const firstOther = messages.findIndex(({ role }) => role !== 'system');
  const end = firstOther === -1 ? messages.length - 1 : firstOther;
  const text = messages
    .slice(0, end)
    .map(({ content }) => content.map((part) => part.text).join('\n'))
    .join('\n\n');
  const rest = messages.slice(end);
  return {
    systemPrompt: text.trim() === '' ? null : text,
    messages: firstOther === -1 ? rest.map(({ content }) => ({ role: 'user', content })) : rest,
  };
};
