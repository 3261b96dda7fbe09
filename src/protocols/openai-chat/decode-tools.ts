import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolChoice, ToolDefinition } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import { decodeFunctionCall, decodeToolChoice } from './decode-tool-choice.ts';
import { nameSchema } from './name-schema.ts';
import { refuseDeepNesting } from './nesting-limit.ts';
import { toOnlyFunctions } from './only-functions.ts';
import type { ChatRequest } from './schema.ts';

/** What a request says about tools. */
export interface DecodedTools {
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  /** Whether the tools came as `functions`, so that a call goes back as `function_call`. */
  readonly usesLegacyFunctions: boolean;
}

/** OpenAI's limit. */
const MAX_TOOLS = 128;

/**
 * Reads `tools` or the older `functions`, and which of them may be called.
 *
 * A choice of `allowed_tools` leaves out the other tools. Legacy functions are called one at a time.
 *
 * @throws GatewayError
 */
export const decodeTools = (request: ChatRequest): DecodedTools => {
  const tools = decodeEach(request.tools ?? [], 'tools', decodeTool);
  const functions = decodeEach(request.functions ?? [], 'functions', decodeFunction);
  if (tools.length > 0 && functions.length > 0) {
    throw new GatewayError('invalid_request', 'functions: send either tools or functions, not both.', {
      param: 'functions',
    });
  }
  const { toolChoice, allowed } = decodeToolChoice(request.tool_choice, tools);
  const functionCall = decodeFunctionCall(request.function_call, functions);
  if (functions.length > 0)
    return { tools: functions, toolChoice: functionCall, parallelToolCalls: false, usesLegacyFunctions: true };
  return {
    tools: allowed === null ? tools : tools.filter(({ name }) => allowed.has(name)),
    toolChoice,
    parallelToolCalls: request.parallel_tool_calls ?? true,
    usesLegacyFunctions: false,
  };
};

interface NamedTool {
  readonly tool: ToolDefinition;
  readonly namePath: readonly PropertyKey[];
}

const decodeEach = <Item>(
  items: readonly Item[],
  field: string,
  decode: (item: Item, path: readonly PropertyKey[]) => NamedTool,
): ToolDefinition[] => {
  if (items.length > MAX_TOOLS) {
    throw new GatewayError('unsupported_value', `${field}: ${items.length} were sent, at most ${MAX_TOOLS} can be.`, {
      param: field,
    });
  }
  const names = new Set<string>();
  return items.map((item, index) => {
    const { tool, namePath } = decode(item, [field, index]);
    if (names.has(tool.name)) {
      const param = toParam(namePath);
      throw new GatewayError('validation_failed', `${param}: "${tool.name}" is there twice.`, { param });
    }
    names.add(tool.name);
    return tool;
  });
};

const decodeTool = (tool: { type: string; [key: string]: unknown }, path: readonly PropertyKey[]): NamedTool => {
  if (tool.type !== 'function') throw toOnlyFunctions(tool.type, [...path, 'type']);
  return decodeFunction(tool['function'], [...path, 'function']);
};

const functionSchema = z.looseObject(
  {
    name: nameSchema,
    description: z.string().nullish(),
    parameters: z.looseObject({ type: z.literal('object', 'expected "object"').nullish() }).nullish(),
    strict: z.boolean().nullish(),
  },
  { error: 'expected an object' },
);

const decodeFunction = (definition: unknown, path: readonly PropertyKey[]): NamedTool => {
  const { name, description, parameters } = parseAt(functionSchema, definition, path);
  refuseDeepNesting(parameters, [...path, 'parameters']);
  return {
    tool: { name, description: description ?? null, parameters: toObjectSchema(parameters ?? {}) },
    namePath: [...path, 'name'],
  };
};

/** Says the type where it is left out; without any parameters, a function takes an empty object. */
const toObjectSchema = (parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.keys(parameters).length === 0 ? { type: 'object', properties: {} } : { ...parameters, type: 'object' };
