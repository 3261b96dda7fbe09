import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { ContentPart, Message, ToolCall } from '../../core/run-request.ts';
import { isPlaceId } from '../../core/tool.ts';

/**
 * A message as far as it shapes a conversation, as text to compare or to hash.
 *
 * Clients send back what they were told in their own words: content as a string or as parts, arguments of calls written
 * anew, white space around an answer lost, ids of legacy functions missing. None of that makes it another message.
 * `toCallName` names a call by what stays the same, the id itself where nothing else is known; `toArguments` writes its arguments.
 */
export const normalizeMessage = (
  message: Message,
  toCallName = (id: string): string => id,
  toArguments = (call: ToolCall): string => normalizeArguments(call.arguments),
): string => {
  switch (message.role) {
    case 'system':
    case 'user':
      return JSON.stringify([message.role, ...normalizeContent(message.content)]);
    case 'assistant':
      return JSON.stringify([
        'assistant',
        normalizeContent(message.content).join('\n').trim(),
        ...message.toolCalls.map((call) => [call.name, toArguments(call)]),
      ]);
    case 'tool':
      return JSON.stringify(['tool', toCallName(message.toolCallId), ...normalizeContent(message.content)]);
  }
};

/** Whether two messages say the same, see {@link normalizeMessage}: a call of the same id is the same call, whatever its arguments. */
export const isSameMessage = (a: Message, b: Message): boolean => {
  const calls = new Map(a.role === 'assistant' ? a.toolCalls.map((call) => [call.id, call]) : []);
  const toArguments = (call: ToolCall): string =>
    normalizeArguments(((isPlaceId(call.id) ? undefined : calls.get(call.id)) ?? call).arguments);
  return normalizeMessage(a) === normalizeMessage(b, undefined, toArguments);
};

/** Texts in a row are one; an image is its hash. */
const normalizeContent = (content: readonly ContentPart[]): readonly (string | readonly string[])[] => {
  const pieces: (string | readonly string[])[] = [];
  let text: string | null = null;
  for (const part of content) {
    if (part.type === 'text') {
      text = text === null ? part.text : `${text}\n${part.text}`;
    } else {
      if (text !== null) pieces.push(text);
      text = null;
      pieces.push(['image', createHash('sha256').update(part.url).digest('base64')]);
    }
  }
  return text === null ? pieces : [...pieces, text];
};

/** Arguments of a call with their keys in order; text that is not JSON as it is. */
export const normalizeArguments = (text: string): string => {
  try {
    return stringify(JSON.parse(text)) ?? text;
  } catch {
    return text;
  }
};
