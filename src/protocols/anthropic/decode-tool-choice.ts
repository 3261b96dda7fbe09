import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolChoice } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { toEngineName } from '../to-engine-name.ts';
import { toNeedsTools, toUnknownTool } from '../tool-errors.ts';
import type { CountRequest } from './schema.ts';
import { type ServerTool, toUnsupportedTool } from './server-tools.ts';

/** Which tools there are to choose from. */
export interface ChoosableTools {
  /** As the client knows them. */
  readonly names: ReadonlySet<string>;
  /** Those that were left out. */
  readonly serverTools: readonly ServerTool[];
}

/** Reads `tool_choice`. @throws GatewayError where it demands what `tools` does not have. */
export const decodeToolChoice = (
  choice: CountRequest['tool_choice'],
  tools: ChoosableTools,
): { readonly toolChoice: ToolChoice; readonly parallelToolCalls: boolean } => {
  if (choice === null || choice === undefined) return { toolChoice: 'auto', parallelToolCalls: true };
  const { disable_parallel_tool_use: isOneByOne } = parseAt(parallelSchema, choice, ['tool_choice']);
  return { toolChoice: decodeType(choice, tools), parallelToolCalls: isOneByOne !== true };
};

const parallelSchema = z.looseObject({ disable_parallel_tool_use: z.boolean().nullish() });
const namedSchema = z.looseObject({ name: z.string() });

const decodeType = (
  choice: NonNullable<CountRequest['tool_choice']>,
  { names, serverTools }: ChoosableTools,
): ToolChoice => {
  const [firstServerTool] = serverTools;
  switch (choice.type) {
    case 'auto':
    case 'none':
      return choice.type;
    case 'any':
      if (names.size > 0) return 'required';
      if (firstServerTool !== undefined) throw toUnsupportedTool('tool_choice', firstServerTool.type);
      throw toNeedsTools('tool_choice', 'tools');
    case 'tool': {
      const { name } = parseAt(namedSchema, choice, ['tool_choice']);
      if (names.has(name)) return { name: toEngineName(null, name) };
      if (serverTools.some((tool) => tool.name === name)) throw toUnsupportedTool('tool_choice.name', name);
      if (names.size === 0) throw toNeedsTools('tool_choice.name', 'tools');
      throw toUnknownTool('tool_choice.name', name, 'tools');
    }
  }
  throw new GatewayError(
    'unsupported_value',
    `tool_choice.type: "${choice.type}" is not supported. Use "auto", "any", "tool" or "none".`,
    { param: 'tool_choice.type' },
  );
};
