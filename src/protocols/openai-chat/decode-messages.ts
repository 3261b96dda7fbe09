import type { Message, ToolCall } from '../../core/run-request.ts';
import { toPlaceId } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { type DecodedMessages, splitSystemPrompt } from '../split-system-prompt.ts';
import { decodeContent } from './decode-content.ts';
import { type ChatMessage, functionToolCallSchema } from './message-schema.ts';
import { toOnlyFunctions } from './only-functions.ts';

/**
 * Reads the messages of a request.
 *
 * Calls of legacy functions have no ids: they get those of `toPlaceId` in their order, and each
 * message of role `function` answers the oldest call that has no answer yet.
 *
 * @throws GatewayError for parts and calls that cannot be served, naming them.
 */
export const decodeMessages = (messages: readonly ChatMessage[]): DecodedMessages => {
  const legacy = createLegacyIds();
  return splitSystemPrompt(messages.map((message, index) => decodeMessage(message, ['messages', index], legacy)));
};

interface LegacyIds {
  ofCall(): string;
  ofResult(): string;
}

const createLegacyIds = (): LegacyIds => {
  let count = 0;
  const unanswered: string[] = [];
  const next = (): string => {
    count += 1;
    return toPlaceId(count);
  };
  return {
    ofCall() {
      const id = next();
      unanswered.push(id);
      return id;
    },
    // A result without its call gets an id of its own: the transcript shows it all the same.
    ofResult: () => unanswered.shift() ?? next(),
  };
};

const decodeMessage = (message: ChatMessage, path: readonly PropertyKey[], legacy: LegacyIds): Message => {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: decodeContent(message.content, path, 'text') };
    case 'user':
      return { role: 'user', content: decodeContent(message.content, path, 'text-and-images') };
    case 'assistant':
      return {
        role: 'assistant',
        content: decodeContent(message.content || (message.refusal ?? null), path, 'text'),
        toolCalls: [
          ...(message.tool_calls ?? []).map((call, index) => decodeToolCall(call, [...path, 'tool_calls', index])),
          ...(message.function_call ? [toLegacyCall(message.function_call, legacy)] : []),
        ],
      };
    case 'tool':
      return {
        role: 'tool',
        toolCallId: message.tool_call_id,
        content: decodeContent(message.content, path, 'text-and-images'),
      };
    case 'function':
      return {
        role: 'tool',
        toolCallId: legacy.ofResult(),
        content: decodeContent(message.content, path, 'text-and-images'),
      };
  }
};

const decodeToolCall = (call: { id: string; type: string }, path: readonly PropertyKey[]): ToolCall => {
  if (call.type !== 'function') throw toOnlyFunctions(call.type, [...path, 'type']);
  const { name, arguments: text } = parseAt(functionToolCallSchema, call, path).function;
  return { id: call.id, name, arguments: text };
};

const toLegacyCall = (call: { name: string; arguments: string }, legacy: LegacyIds): ToolCall => ({
  id: legacy.ofCall(),
  name: call.name,
  arguments: call.arguments,
});
