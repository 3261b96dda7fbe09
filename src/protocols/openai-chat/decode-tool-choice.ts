import * as z from 'zod';
import type { ToolChoice, ToolDefinition } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { toNeedsTools, toUnknownTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import type { ChatRequest } from './schema.ts';
import { toOnlyFunctions } from './only-functions.ts';

/** What `tool_choice` asks for. */
export interface DecodedToolChoice {
  readonly toolChoice: ToolChoice;
  /** The names of the tools that stay; `null` for all. */
  readonly allowed: ReadonlySet<string> | null;
}

/** Reads `tool_choice`. @throws GatewayError where it demands what `tools` does not have. */
export const decodeToolChoice = (
  choice: ChatRequest['tool_choice'],
  tools: readonly ToolDefinition[],
): DecodedToolChoice => {
  const path = ['tool_choice'];
  if (choice === null || choice === undefined) return { toolChoice: 'auto', allowed: null };
  if (typeof choice === 'string') {
    if (choice === 'required' && tools.length === 0) throw toNeedsTools('tool_choice', 'tools');
    return { toolChoice: choice, allowed: null };
  }
  switch (choice.type) {
    case 'function':
      return { toolChoice: { name: decodeName(choice, path, tools) }, allowed: null };
    case 'allowed_tools': {
      const { mode, tools: allowed } = parseAt(allowedSchema, choice, path).allowed_tools;
      const names = allowed.map((tool, index) => {
        const toolPath = [...path, 'allowed_tools', 'tools', index];
        if (tool.type !== 'function') throw toOnlyFunctions(tool.type, [...toolPath, 'type']);
        return decodeName(tool, toolPath, tools);
      });
      return { toolChoice: mode, allowed: new Set(names) };
    }
    default:
      throw toOnlyFunctions(choice.type, [...path, 'type']);
  }
};

/** Reads the older `function_call`. @throws GatewayError where it demands what `functions` does not have. */
export const decodeFunctionCall = (
  choice: ChatRequest['function_call'],
  functions: readonly ToolDefinition[],
): ToolChoice => {
  if (choice === null || choice === undefined) return 'auto';
  if (typeof choice === 'string') return choice;
  requireTool(choice.name, functions, ['function_call', 'name'], 'functions');
  return { name: choice.name };
};

const namedSchema = z.looseObject({ function: z.looseObject({ name: z.string() }) });
const allowedSchema = z.looseObject({
  allowed_tools: z.looseObject({
    mode: z.enum(['auto', 'required']),
    tools: z.array(z.looseObject({ type: z.string().default('function') })).min(1),
  }),
});

const decodeName = (value: unknown, path: readonly PropertyKey[], tools: readonly ToolDefinition[]): string => {
  const { name } = parseAt(namedSchema, value, path).function;
  requireTool(name, tools, [...path, 'function', 'name'], 'tools');
  return name;
};

const requireTool = (
  name: string,
  tools: readonly ToolDefinition[],
  path: readonly PropertyKey[],
  field: string,
): void => {
  const param = toParam(path);
  if (tools.length === 0) throw toNeedsTools(param, field);
  if (!tools.some((tool) => tool.name === name)) throw toUnknownTool(param, name, field);
};
