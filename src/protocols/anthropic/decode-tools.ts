import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolChoice, ToolDefinition } from '../../core/tool.ts';
import { toObjectSchema } from '../decode-function.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { parseAt } from '../parse-at.ts';
import { toEngineName } from '../to-engine-name.ts';
import { toDuplicateTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import { decodeToolChoice } from './decode-tool-choice.ts';
import { isServerTool } from './server-tools.ts';
import type { CountRequest } from './schema.ts';

/** What a request says about tools. */
export interface DecodedTools {
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  /** The client's name of a tool, by the one that the engine has for it. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** The tools that were left out, as `tools[web_search_20250305]`. */
  readonly ignored: readonly string[];
}

/**
 * Reads `tools` and `tool_choice`. Tools that are to be found by a search (`defer_loading`) are offered from the start: Cursor
 * has no such search.
 *
 * @throws GatewayError `unsupported_tool` where a tool of Anthropic's own is demanded, others for what is wrong with a tool
 */
export const decodeTools = (request: Pick<CountRequest, 'tools' | 'tool_choice'>): DecodedTools => {
  const sent = request.tools ?? [];
  const tools: ToolDefinition[] = [];
  const toolNames = new Map<string, string>();
  const serverTools: { readonly type: string; readonly name: string | null }[] = [];
  for (const [index, tool] of sent.entries()) {
    const path = ['tools', index];
    const { type } = tool;
    if (typeof type === 'string' && type !== 'custom') {
      if (!isServerTool(type)) throw toUnknownType(type, path);
      serverTools.push({ type, name: typeof tool['name'] === 'string' ? tool['name'] : null });
      continue;
    }
    const { name, description, input_schema: schema } = parseAt(toolSchema, tool, path);
    refuseDeepNesting(schema, [...path, 'input_schema']);
    const engineName = toEngineName(null, name);
    if (toolNames.has(engineName)) throw toDuplicateTool(toParam([...path, 'name']), name);
    toolNames.set(engineName, name);
    tools.push({ name: engineName, description: description ?? null, parameters: toObjectSchema(schema) });
  }
  return {
    tools,
    ...decodeToolChoice(request.tool_choice, { names: new Set(toolNames.values()), serverTools }),
    toolNames,
    ignored: [...new Set(serverTools.map(({ type }) => `tools[${type}]`))],
  };
};

const toolSchema = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, 'expected 1 to 128 of a-z, A-Z, 0-9, _ and -'),
  description: z.string().nullish(),
  input_schema: z.looseObject(
    { type: z.literal('object', 'expected "object"').nullish() },
    { error: 'expected an object' },
  ),
});

const toUnknownType = (type: string, path: readonly PropertyKey[]): GatewayError => {
  const param = toParam([...path, 'type']);
  return new GatewayError(
    'unsupported_value',
    `${param}: "${type}" is not supported. Only "custom" is, with a name and an input_schema.`,
    { param },
  );
};
