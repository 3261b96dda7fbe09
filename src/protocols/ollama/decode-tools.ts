import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { decodeFunction, toFunctionSchema } from '../decode-function.ts';
import { toEngineName } from '../to-engine-name.ts';
import { refuseTooManyTools, toDuplicateTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import type { OllamaChatRequest } from './schema.ts';

/** What a request says about tools. */
export interface DecodedTools {
  readonly tools: readonly ToolDefinition[];
  /** The client's name of a tool, by the one that the engine has for it. */
  readonly toolNames: ReadonlyMap<string, string>;
}

/** Ollama takes any name. */
const functionSchema = toFunctionSchema(z.string().min(1, 'expected the name of a function'));

/** Reads the tools of a chat. @throws GatewayError that names the field at fault */
export const decodeTools = (tools: OllamaChatRequest['tools']): DecodedTools => {
  const toolNames = new Map<string, string>();
  refuseTooManyTools(tools?.length ?? 0, 'tools');
  const definitions = (tools ?? []).map((tool, index) => {
    const path = ['tools', index];
    if (tool.type !== 'function') {
      const param = toParam([...path, 'type']);
      throw new GatewayError('unsupported_value', `${param}: "${tool.type}" is not supported. Only "function" is.`, {
        param,
      });
    }
    const definition = decodeFunction(functionSchema, tool['function'], [...path, 'function']);
    const { description, parameters } = definition;
    const name = toEngineName(null, definition.name);
    if (toolNames.has(name)) throw toDuplicateTool(toParam([...path, 'function', 'name']), definition.name);
    toolNames.set(name, definition.name);
    return { name, description, parameters };
  });
  return { tools: definitions, toolNames };
};
