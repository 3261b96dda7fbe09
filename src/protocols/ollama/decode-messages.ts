import type { ContentPart, Message } from '../../core/run-request.ts';
import { MAX_BODY_LEVELS } from '../max-body-levels.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { type DecodedMessages, splitSystemPrompt } from '../split-system-prompt.ts';
import { toEngineName } from '../to-engine-name.ts';
import { decodeImages } from './decode-images.ts';
import { createOpenCalls, type OpenCalls } from './open-calls.ts';
import type { OllamaMessage } from './schema.ts';

/**
 * Reads the messages of a chat. Most clients send no ids with calls and results, some send their own; see {@link createOpenCalls}.
 *
 * @throws GatewayError `invalid_image`, and `invalid_request` for arguments that are nested too deep
 */
export const decodeMessages = (messages: readonly OllamaMessage[]): DecodedMessages => {
  const calls = createOpenCalls();
  return splitSystemPrompt(
    messages.map((message, index) => {
      // An answer may come back in several messages, as its stream came in several pieces.
      if (message.tool_calls?.length && messages[index - 1]?.role !== 'assistant') calls.forget();
      return decodeMessage(message, ['messages', index], calls);
    }),
  );
};

const decodeMessage = (message: OllamaMessage, path: readonly PropertyKey[], calls: OpenCalls): Message => {
  const text = toTextParts(message.content);
  const content = [...text, ...decodeImages(message.images, [...path, 'images'])];
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: text };
    case 'user':
      return { role: 'user', content };
    case 'assistant':
      return {
        role: 'assistant',
        content: text,
        toolCalls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: sent } }, index) => {
          refuseDeepNesting(sent, [...path, 'tool_calls', index, 'function', 'arguments'], MAX_BODY_LEVELS);
          return {
            id: calls.ofCall(id || null, name),
            name: toEngineName(null, name),
            arguments: typeof sent === 'string' ? sent : JSON.stringify(sent ?? {}),
          };
        }),
      };
    case 'tool':
      return {
        role: 'tool',
        toolCallId: calls.ofResult(message.tool_call_id || null, message.tool_name || null),
        content,
      };
  }
};

const toTextParts = (text: string | null | undefined): readonly ContentPart[] => (text ? [{ type: 'text', text }] : []);
