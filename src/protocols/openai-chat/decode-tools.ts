import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolChoice, ToolDefinition } from '../../core/tool.ts';
import { decodeFunction, toFunctionSchema } from '../decode-function.ts';
import { nameSchema } from '../name-schema.ts';
import { refuseTooManyTools, toDuplicateTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import { decodeFunctionCall, decodeToolChoice } from './decode-tool-choice.ts';
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

/**
 * Reads `tools` or the older `functions`, and which of them may be called.
 *
 * A choice of `allowed_tools` leaves out the other tools. Legacy functions are called one at a time.
 *
 * @throws GatewayError
 */
export const decodeTools = (request: ChatRequest): DecodedTools => {
  const tools = decodeEach(request.tools ?? [], 'tools', decodeTool);
  const functions = decodeEach(request.functions ?? [], 'functions', toNamedTool);
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
  refuseTooManyTools(items.length, field);
  const names = new Set<string>();
  return items.map((item, index) => {
    const { tool, namePath } = decode(item, [field, index]);
    if (names.has(tool.name)) throw toDuplicateTool(toParam(namePath), tool.name);
    names.add(tool.name);
    return tool;
  });
};

const decodeTool = (tool: { type: string; [key: string]: unknown }, path: readonly PropertyKey[]): NamedTool => {
  if (tool.type !== 'function') throw toOnlyFunctions(tool.type, [...path, 'type']);
  return toNamedTool(tool['function'], [...path, 'function']);
};

const functionSchema = toFunctionSchema(nameSchema);

const toNamedTool = (definition: unknown, path: readonly PropertyKey[]): NamedTool => ({
  tool: decodeFunction(functionSchema, definition, path),
  namePath: [...path, 'name'],
});
