import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolChoice, ToolDefinition } from '../../core/tool.ts';
import { toObjectSchema } from '../decode-function.ts';
import { listUnread } from '../list-unread.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { parseAt } from '../parse-at.ts';
import { toEngineName } from '../to-engine-name.ts';
import { toDuplicateTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import { toClientTool } from './client-tools.ts';
import { decodeToolChoice } from './decode-tool-choice.ts';
import { isAnthropicTool, type ServerTool, toUnsupportedTool } from './server-tools.ts';
import type { CountRequest } from './schema.ts';
import { listToolChanges, type SentTool } from './tool-changes.ts';

/** What is done with tools of Anthropic's own that Cursor does not offer. */
export type HostedTools = 'ignore' | 'refuse';

/** What a request says about tools. */
export interface DecodedTools {
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  /** The client's name of a tool, by the one that the engine has for it. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** The tools that were left out, as `tools[web_search_20250305]`, and the fields of others that have no effect, as `tools.strict`. */
  readonly ignored: readonly string[];
}

/**
 * Reads `tools` and `tool_choice`, and what the conversation changes of them. Tools that are to be found by a search
 * (`defer_loading`) are offered from the start: Cursor has no such search.
 *
 * @throws GatewayError `unsupported_tool` where a tool of Anthropic's own is demanded or refused, others for what is wrong with
 *   a tool
 */
export const decodeTools = (
  request: Pick<CountRequest, 'tools' | 'tool_choice' | 'messages'>,
  hostedTools: HostedTools = 'ignore',
): DecodedTools => {
  /** By the client's names. */
  const known = new Map<string, ToolDefinition>();
  const engineNames = new Set<string>();
  const removed = new Set<string>();
  const serverTools: ServerTool[] = [];
  const unread = new Set<string>();
  const add = (tool: SentTool, path: readonly PropertyKey[], mayReplace: boolean): void => {
    const decoded = decodeTool(tool, path);
    if ('serverTool' in decoded) {
      if (hostedTools === 'refuse') throw toUnsupportedTool(toParam([...path, 'type']), decoded.serverTool.type);
      serverTools.push(decoded.serverTool);
      return;
    }
    const { name, definition, read } = decoded;
    for (const field of listUnread(tool, [...read, ...HINTS], 'tools')) unread.add(field);
    const isAgain = mayReplace && known.has(name);
    if (!isAgain && engineNames.has(definition.name)) throw toDuplicateTool(toParam([...path, 'name']), name);
    engineNames.add(definition.name);
    known.set(name, definition);
    removed.delete(name);
  };
  for (const [index, tool] of (request.tools ?? []).entries()) add(tool, ['tools', index], false);
  for (const change of listToolChanges(request.messages)) {
    if (change.type === 'define') add(change.definition, change.path, true);
    else if (change.type === 'add') removed.delete(change.name);
    else removed.add(change.name);
  }
  const offered = [...known].filter(([name]) => !removed.has(name));
  return {
    tools: offered.map(([, definition]) => definition),
    ...decodeToolChoice(request.tool_choice, { names: new Set(offered.map(([name]) => name)), serverTools }),
    toolNames: new Map([...known].map(([name, definition]) => [definition.name, name])),
    ignored: [...unread, ...new Set(serverTools.map(({ type }) => `tools[${type}]`))],
  };
};

const decodeTool = (
  tool: SentTool,
  path: readonly PropertyKey[],
):
  | { readonly name: string; readonly definition: ToolDefinition; readonly read: readonly string[] }
  | { readonly serverTool: ServerTool } => {
  const { type } = tool;
  if (typeof type === 'string' && type !== 'custom') {
    if (!isAnthropicTool(type)) throw toUnknownType(type, path);
    const name = nameSchema.safeParse(tool['name']).data ?? null;
    const definition = name === null ? null : toClientTool(type, toEngineName(null, name));
    return name === null || definition === null
      ? { serverTool: { type, name } }
      : { name, definition, read: ['type', 'name'] };
  }
  const { name, description, input_schema: schema, input_examples: examples } = parseAt(toolSchema, tool, path);
  refuseDeepNesting(schema, [...path, 'input_schema']);
  const told = [
    ...(description ? [description] : []),
    ...(examples?.length ? [`Examples of its input:\n${examples.map((each) => JSON.stringify(each)).join('\n')}`] : []),
  ].join('\n\n');
  const parameters = toObjectSchema(schema);
  return {
    name,
    definition: { name: toEngineName(null, name), description: told === '' ? null : told, parameters },
    read: READ_FIELDS,
  };
};

const nameSchema = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, 'expected 1 to 128 of a-z, A-Z, 0-9, _ and -');
const toolSchema = z.looseObject({
  name: nameSchema,
  input_examples: z.array(z.unknown()).nullish(),
  description: z.string().nullish(),
  input_schema: z.looseObject(
    { type: z.literal('object', 'expected "object"').nullish() },
    { error: 'expected an object' },
  ),
});

const READ_FIELDS: readonly string[] = ['type', ...Object.keys(toolSchema.shape)];

/** They ask for nothing that a client could miss: prompts are cached by Cursor itself, and every tool is there from the start. */
const HINTS: readonly string[] = ['cache_control', 'defer_loading'];

const toUnknownType = (type: string, path: readonly PropertyKey[]): GatewayError => {
  const param = toParam([...path, 'type']);
  return new GatewayError(
    'unsupported_value',
    `${param}: "${type}" is not supported. Only "custom" is, with a name and an input_schema.`,
    { param },
  );
};
