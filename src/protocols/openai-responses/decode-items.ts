import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { AssistantMessage, ContentPart, Message, ToolCall } from '../../core/run-request.ts';
import { parseAt } from '../parse-at.ts';
import { type DecodedMessages, splitSystemPrompt } from '../split-system-prompt.ts';
import { toParam } from '../validation-error.ts';
import { readCompactionSummary } from './compaction-item.ts';
import { decodeContent } from './decode-content.ts';
import { toCustomArguments } from './decode-custom-tool.ts';
import {
  additionalToolsSchema,
  callOutputSchema,
  customCallSchema,
  functionCallSchema,
  messageSchema,
} from './item-schema.ts';
import type { ResponseItem } from './response-object.ts';
import { toEngineName } from '../to-engine-name.ts';

/** How items become messages. */
export interface MessagesOptions {
  readonly instructions: string | null;
  /** The number of items before the request's own, so that errors name those as `input[0]` and so on. */
  readonly offset: number;
  /** Whether there may be no messages at all, as in a warm-up that answers nothing. Default: no. */
  readonly mayBeEmpty?: boolean;
}

/** What items say, with the tools that they have brought, oldest first. */
export interface DecodedItems extends DecodedMessages {
  readonly additionalTools: readonly JsonObject[];
  /** The types of the request's own items that say nothing here, as `input[web_search_call]`. */
  readonly ignored: readonly string[];
}

/**
 * Reads the items of a whole conversation, checked by `decodeItem` and with references resolved.
 *
 * What the assistant said and called in a row is one message, as it was one answer. Reasoning, and what tools of OpenAI's own
 * have left behind, says nothing to Cursor.
 *
 * @throws GatewayError for parts that cannot be served, naming them, and where there is nothing to answer
 */
export const toMessages = (
  items: readonly ResponseItem[],
  { instructions, offset, mayBeEmpty = false }: MessagesOptions,
): DecodedItems => {
  const additionalTools: JsonObject[] = [];
  const messages: Message[] = [];
  const callIds = new Set<string>();
  const dropped = new Set<string>();
  let assistantMessages: AssistantMessage[] = [];
  const endAssistantRun = (): void => {
    if (assistantMessages.length > 0) messages.push(joinMessages(assistantMessages));
    assistantMessages = [];
  };
  for (const [index, item] of items.entries()) {
    const path = index < offset ? ['conversation', index] : ['input', index - offset];
    if (item.type === 'additional_tools') {
      for (const tool of parseAt(additionalToolsSchema, item, path).tools) additionalTools.push(tool);
      continue;
    }
    const message = decodeMessage(item, path);
    if (message === null) {
      if (index >= offset && item.type !== 'reasoning') dropped.add(`input[${item.type}]`);
      continue;
    }
    if (message.role === 'tool' && index >= offset && !callIds.has(message.toolCallId)) {
      throw toUnknownCall(message.toolCallId, path);
    }
    if (message.role === 'assistant') {
      for (const { id } of message.toolCalls) callIds.add(id);
      assistantMessages.push(message);
    } else {
      endAssistantRun();
      messages.push(message);
    }
  }
  endAssistantRun();
  if (messages.length === 0 && !mayBeEmpty) {
    throw new GatewayError('validation_failed', 'input: there is nothing to answer. Send a message.', {
      param: 'input',
    });
  }
  const { systemPrompt, messages: rest } = splitSystemPrompt(messages);
  const prompts = [instructions, systemPrompt].filter((prompt) => prompt !== null && prompt.trim() !== '');
  return { systemPrompt: prompts.join('\n\n') || null, messages: rest, additionalTools, ignored: [...dropped] };
};

/** `null` for what says nothing. */
const decodeMessage = (item: ResponseItem, path: readonly PropertyKey[]): Message | null => {
  switch (item.type) {
    case 'message': {
      const { role, content } = parseAt(messageSchema, item, path);
      const contentPath = [...path, 'content'];
      switch (role) {
        case 'user':
          return { role, content: decodeContent(content, contentPath, role) };
        case 'assistant':
          return toAssistantMessage(decodeContent(content, contentPath, role), []);
        case 'system':
        case 'developer':
          return { role: 'system', content: decodeContent(content, contentPath, 'system') };
      }
    }
    case 'function_call': {
      const { call_id: id, namespace, name, arguments: text } = parseAt(functionCallSchema, item, path);
      return toAssistantMessage([], [{ id, name: toEngineName(namespace ?? null, name), arguments: text }]);
    }
    case 'custom_tool_call': {
      const { call_id: id, namespace, name, input } = parseAt(customCallSchema, item, path);
      const call = { id, name: toEngineName(namespace ?? null, name), arguments: toCustomArguments(input) };
      return toAssistantMessage([], [call]);
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const { call_id: toolCallId, output } = parseAt(callOutputSchema, item, path);
      return { role: 'tool', toolCallId, content: decodeContent(output, [...path, 'output'], 'tool') };
    }
    case 'compaction': {
      const summary = readCompactionSummary(item);
      if (summary === null) throw toUnreadableSummary(path);
      return { role: 'user', content: [{ type: 'text', text: SUMMARY_OPENING + summary }] };
    }
    case 'item_reference': {
      const param = toParam([...path, 'id']);
      throw new GatewayError(
        'invalid_request',
        `${param}: there is no item "${String(item['id'])}". Send the item itself.`,
        { param },
      );
    }
    case 'compaction_trigger': {
      const param = toParam([...path, 'type']);
      throw new GatewayError(
        'unsupported_value',
        `${param}: a conversation is not made shorter on the way. Ask for that by POST /v1/responses/compact.`,
        { param },
      );
    }
    default:
      return null;
  }
};

const toUnreadableSummary = (path: readonly PropertyKey[]): GatewayError => {
  const param = toParam([...path, 'encrypted_content']);
  return new GatewayError(
    'invalid_request',
    `${param}: this summary was not made by Portside and cannot be read. Send the conversation itself.`,
    { param },
  );
};

const toUnknownCall = (id: string, path: readonly PropertyKey[]): GatewayError => {
  const param = toParam([...path, 'call_id']);
  return new GatewayError(
    'invalid_request',
    `${param}: there is no call "${id}" that this could be the output of. Send the call before it, or previous_response_id.`,
    { param },
  );
};

const SUMMARY_OPENING = 'This is the summary of the conversation so far:\n\n';

const toAssistantMessage = (content: readonly ContentPart[], toolCalls: readonly ToolCall[]): AssistantMessage => {
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { role: 'assistant', content: text === '' ? [] : [{ type: 'text', text }], toolCalls };
};

/** All at once, as there may be thousands. */
const joinMessages = (messages: readonly AssistantMessage[]): AssistantMessage =>
  toAssistantMessage(
    messages.flatMap(({ content }) => content),
    messages.flatMap(({ toolCalls }) => toolCalls),
  );
