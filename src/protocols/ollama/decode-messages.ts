import type { ContentPart, Message } from '../../core/run-request.ts';
import { toPlaceId } from '../../core/tool.ts';
import { MAX_BODY_LEVELS } from '../max-body-levels.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { type DecodedMessages, splitSystemPrompt } from '../split-system-prompt.ts';
import { decodeImages } from './decode-images.ts';
import type { OllamaMessage } from './schema.ts';

/**
 * Reads the messages of a chat.
 *
 * Most clients send no ids with calls and results. A call without gets that of `toPlaceId` in its order; a result without
 * answers the oldest open call of its tool's name, or the oldest of all.
 *
 * @throws GatewayError `invalid_image`, and `invalid_request` for arguments that are nested too deep
 */
export const decodeMessages = (messages: readonly OllamaMessage[]): DecodedMessages => {
  const calls = createOpenCalls();
  return splitSystemPrompt(messages.map((message, index) => decodeMessage(message, ['messages', index], calls)));
};

interface OpenCalls {
  ofCall(id: string | null, name: string): string;
  ofResult(id: string | null, name: string | null): string;
}

const createOpenCalls = (): OpenCalls => {
  let count = 0;
  const open: { readonly id: string; readonly name: string }[] = [];
  const next = (): string => {
    count += 1;
    return toPlaceId(count);
  };
  return {
    ofCall(id, name) {
      const place = next();
      open.push({ id: id ?? place, name });
      return id ?? place;
    },
    ofResult(id, name) {
      const ofName = open.findIndex((call) => (id === null ? call.name === name : call.id === id));
      const [call] = open.splice(Math.max(0, ofName), ofName === -1 && id !== null ? 0 : 1);
      // A result without its call gets an id of its own: the transcript shows it all the same.
      return id ?? call?.id ?? next();
    },
  };
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
            name,
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
