import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { decodeFunction, toFunctionSchema } from '../decode-function.ts';
import { nameSchema } from '../name-schema.ts';
import { refuseTooManyTools, toDuplicateTool } from '../tool-errors.ts';
import { toParam } from '../validation-error.ts';
import type { OllamaChatRequest } from './schema.ts';

const functionSchema = toFunctionSchema(nameSchema);

/** Reads the tools of a chat. @throws GatewayError that names the field at fault */
export const decodeTools = (tools: OllamaChatRequest['tools']): readonly ToolDefinition[] => {
  const names = new Set<string>();
  refuseTooManyTools(tools?.length ?? 0, 'tools');
  return (tools ?? []).map((tool, index) => {
    const path = ['tools', index];
    if (tool.type !== 'function') {
      const param = toParam([...path, 'type']);
      throw new GatewayError('unsupported_value', `${param}: "${tool.type}" is not supported. Only "function" is.`, {
        param,
      });
    }
    const definition = decodeFunction(functionSchema, tool['function'], [...path, 'function']);
    if (names.has(definition.name)) {
      throw toDuplicateTool(toParam([...path, 'function', 'name']), definition.name);
    }
    names.add(definition.name);
    return definition;
  });
};
