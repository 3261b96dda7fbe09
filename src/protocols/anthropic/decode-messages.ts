import type { ContentPart, Message, ToolCall } from '../../core/run-request.ts';
import { parseAt } from '../parse-at.ts';
import { type DecodedMessages, splitSystemPrompt } from '../split-system-prompt.ts';
import { toEngineName } from '../to-engine-name.ts';
import {
  compactionSchema,
  contentSchema,
  type SentBlock,
  type SentContent,
  textBlockSchema,
  toolResultSchema,
  toolUseSchema,
} from './content-schema.ts';
import { decodeBlock, decodeContent, toText } from './decode-content.ts';
import { placeSystemMessages } from './place-system-messages.ts';
import type { CountRequest } from './schema.ts';
import { isToolChange } from './tool-changes.ts';

export interface DecodedConversation extends DecodedMessages {
  /** The types of blocks that were left out, as `messages[server_tool_use]`. */
  readonly ignored: readonly string[];
}

/**
 * Reads `system` and `messages`.
 *
 * Each `tool_result` becomes a message of its own. Thinking that comes back is dropped: Cursor takes none. Messages of the
 * system go before the user's of the same turn; those before the first answer are a part of the system prompt.
 *
 * @throws GatewayError for blocks that cannot be served, naming them.
 */
export const decodeMessages = ({
  system,
  messages,
}: Pick<CountRequest, 'system' | 'messages'>): DecodedConversation => {
  const ignored = new Set<string>();
  const noteIn =
    (field: string) =>
    (type: string): void => {
      ignored.add(`${field}[${type}]`);
    };
  const note = noteIn('messages');
  const prompt = decodeSystem(system ?? '', ['system'], noteIn('system')).filter(
    (part) => part.type !== 'text' || !BILLING_LINE.test(part.text),
  );
  const split = splitSystemPrompt([
    ...(prompt.length === 0 ? [] : [{ role: 'system', content: prompt } as const]),
    ...placeSystemMessages(
      messages.flatMap(({ role, content }, index) =>
        decodeMessage(role, content, ['messages', index, 'content'], note),
      ),
    ),
  ]);
  return { ...split, ignored: [...ignored] };
};

/** What Claude Code puts before its system prompt, other with each request: no word of it is meant for a model. */
const BILLING_LINE = /^x-anthropic-billing-header:[^\n]*$/;

type Note = (type: string) => void;

const decodeMessage = (
  role: CountRequest['messages'][number]['role'],
  sent: SentContent | null | undefined,
  path: readonly PropertyKey[],
  note: Note,
): readonly Message[] => {
  if (role === 'system') {
    const content = decodeSystem(sent ?? '', path, note);
    // One that only changes tools says nothing.
    return content.length === 0 ? [] : [{ role, content }];
  }
  const content = parseAt(contentSchema, sent, path);
  switch (role) {
    case 'assistant':
      return [decodeAssistant(content, path, note)];
    case 'user':
      return decodeUser(content, path, note);
  }
};

const decodeSystem = (content: SentContent, path: readonly PropertyKey[], note: Note): readonly ContentPart[] => {
  if (typeof content === 'string') return toText(content);
  return content.flatMap((block, index) => {
    if (block.type === 'text' || block.type === 'document') return decodeBlock(block, [...path, index]);
    if (isToolChange(block)) return [];
    note(block.type);
    return [];
  });
};

const decodeAssistant = (content: SentContent, path: readonly PropertyKey[], note: Note): Message => {
  if (typeof content === 'string') return { role: 'assistant', content: toText(content), toolCalls: [] };
  const parts: ContentPart[] = [];
  const toolCalls: ToolCall[] = [];
  for (const [index, block] of content.entries()) {
    switch (block.type) {
      case 'text':
        parts.push(...toText(parseAt(textBlockSchema, block, [...path, index]).text));
        break;
      case 'tool_use': {
        const { id, name, input } = parseAt(toolUseSchema, block, [...path, index]);
        toolCalls.push({ id, name: toEngineName(null, name), arguments: JSON.stringify(input ?? {}) });
        break;
      }
      case 'compaction':
        // The summary stands for all that was said before it.
        parts.push(...toText(parseAt(compactionSchema, block, [...path, index]).content ?? ''));
        break;
      case 'thinking':
      case 'redacted_thinking':
        break;
      default:
        // What tools of Anthropic's own have left in a conversation; the text around it tells what came of them.
        note(block.type);
    }
  }
  return { role: 'assistant', content: parts, toolCalls };
};

/** In the order of the blocks: those between results are a message together. */
const decodeUser = (content: SentContent, path: readonly PropertyKey[], note: Note): readonly Message[] => {
  if (typeof content === 'string') return [{ role: 'user', content: toText(content) }];
  const messages: Message[] = [];
  let parts: ContentPart[] = [];
  const close = (): void => {
    if (parts.length > 0) messages.push({ role: 'user', content: parts });
    parts = [];
  };
  for (const [index, block] of content.entries()) {
    if (block.type === 'tool_result') {
      close();
      messages.push(decodeToolResult(block, [...path, index]));
    } else if (SERVER_BLOCK.test(block.type)) {
      note(block.type);
    } else {
      parts.push(...decodeBlock(block, [...path, index]));
    }
  }
  close();
  return messages.length === 0 ? [{ role: 'user', content: [] }] : messages;
};

/** What is about tools of Anthropic's own, or about files in their containers. */
const SERVER_BLOCK = /_tool_result$|^(?:container_upload|browser_state)$/;

const decodeToolResult = (block: SentBlock, path: readonly PropertyKey[]): Message => {
  const { tool_use_id: toolCallId, content, is_error: isError } = parseAt(toolResultSchema, block, path);
  return {
    role: 'tool',
    toolCallId,
    content: [
      ...(isError === true ? toText('The tool call failed:') : []),
      ...decodeContent(content ?? '', [...path, 'content']),
    ],
  };
};
