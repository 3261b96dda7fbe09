import type { JsonObject } from '../../core/json-object.ts';
import { toEchoTool } from './decode-tools.ts';
import { HOSTED_ITEM_PREFIXES } from './item-types.ts';
import type { ResponseItem } from './response-object.ts';

/**
 * The items of a request as its response's `input_items` lists them, by schema `ItemResource`: each has an id, its client's
 * where it has one, and all that OpenAI adds. They say the same as before. `createItemId` makes an id of a prefix such as `msg`.
 */
export const toStoredInput = (
  items: readonly ResponseItem[],
  createItemId: (prefix: string) => string,
): readonly ResponseItem[] =>
  items.filter(({ type }) => type !== 'compaction_trigger').map((item) => toStoredItem(item, createItemId));

const toStoredItem = (item: ResponseItem, createItemId: (prefix: string) => string): ResponseItem => {
  const sentId = item['id'];
  const id = typeof sentId === 'string' && sentId !== '' ? sentId : createItemId(toPrefix(item.type));
  return { ...withoutNulls(item, NULLABLE_FIELDS), id, type: item.type, ...toStoredFields(item) };
};

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ...HOSTED_ITEM_PREFIXES,
  ['message', 'msg'],
  ['function_call', 'fc'],
  ['function_call_output', 'fco'],
  ['custom_tool_call', 'ctc'],
  ['custom_tool_call_output', 'ctco'],
  ['reasoning', 'rs'],
  ['compaction', 'cmp'],
  ['additional_tools', 'at'],
]);

const toPrefix = (type: string): string => PREFIXES.get(type) ?? 'item';

/** Those that may be `null` in the list too; elsewhere it means as much as leaving the field out. */
const NULLABLE_FIELDS: ReadonlySet<string> = new Set([
  'action',
  'call_id',
  'caller',
  'encrypted_content',
  'environment',
  'error',
  'output',
  'outputs',
  'phase',
  'reason',
  'result',
  'results',
]);
const NULLABLE_PART_FIELDS: ReadonlySet<string> = new Set(['file_id', 'image_url']);

const withoutNulls = (value: JsonObject, nullable: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name, field]) => field !== null || nullable.has(name)));

const toStoredFields = (item: ResponseItem): JsonObject => {
  switch (item.type) {
    case 'message': {
      const toPart = item['role'] === 'assistant' ? toOutputPart : toInputPart;
      return { status: toStatus(item), content: toParts(item['content'], toPart) };
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const { output } = item;
      return { status: toStatus(item), output: typeof output === 'string' ? output : toParts(output, toInputPart) };
    }
    case 'reasoning':
      return { summary: item['summary'] ?? [] };
    case 'additional_tools': {
      const tools = item['tools'];
      return {
        role: item['role'] ?? 'developer',
        tools: Array.isArray(tools) ? tools.map((tool: JsonObject) => toEchoTool(tool)) : [],
      };
    }
    case 'compaction':
    case 'item_reference':
      return {};
    default:
      return { status: toStatus(item) };
  }
};

const toStatus = (item: ResponseItem): unknown => item['status'] ?? 'completed';

const toParts = (content: unknown, toPart: (part: JsonObject) => JsonObject): readonly JsonObject[] => {
  if (Array.isArray(content))
    return content.map((part: JsonObject) => toPart(withoutNulls(part, NULLABLE_PART_FIELDS)));
  return typeof content === 'string' && content !== '' ? [toPart({ type: 'text', text: content })] : [];
};

const toInputPart = (part: JsonObject): JsonObject => {
  switch (part['type']) {
    case 'text':
    case 'output_text':
      return { type: 'input_text', text: part['text'] };
    case 'refusal':
      return { type: 'input_text', text: part['refusal'] };
    case 'input_image':
      return { ...part, detail: part['detail'] ?? 'auto' };
    default:
      return part;
  }
};

const toOutputPart = (part: JsonObject): JsonObject => {
  switch (part['type']) {
    case 'text':
    case 'input_text':
      return { type: 'output_text', text: part['text'], annotations: [], logprobs: [] };
    case 'output_text':
      return { ...part, annotations: part['annotations'] ?? [], logprobs: part['logprobs'] ?? [] };
    default:
      return part;
  }
};
