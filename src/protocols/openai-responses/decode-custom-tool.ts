import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import { customToolSchema, grammarSchema, type SentTool } from './tool-schema.ts';

/**
 * A tool that takes free text, as a function with that text for its only argument. Cursor enforces no grammars: the model is
 * told the grammar instead.
 *
 * @throws GatewayError for formats other than text and grammar
 */
export const decodeCustomTool = (tool: SentTool, path: readonly PropertyKey[]): ToolDefinition => {
  const { name, description, format } = parseAt(customToolSchema, tool, path);
  const grammar = format ? describeFormat(format, [...path, 'format']) : null;
  return {
    name,
    description: [description, grammar].filter(Boolean).join('\n\n') || null,
    parameters: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
};

const describeFormat = (format: { readonly type: string }, path: readonly PropertyKey[]): string | null => {
  switch (format.type) {
    case 'text':
      return null;
    case 'grammar': {
      const { syntax, definition } = parseAt(grammarSchema, format, path);
      const what = syntax === 'lark' ? 'this Lark grammar' : 'this regular expression';
      return `The whole of \`input\` has to match ${what}:\n\n${definition}`;
    }
    default: {
      const param = toParam([...path, 'type']);
      throw new GatewayError(
        'unsupported_value',
        `${param}: "${format.type}" is not supported. Use "text" or "grammar".`,
        {
          param,
        },
      );
    }
  }
};

/** The call of a custom tool as the engine has it: its text as the argument of that function. */
export const toCustomArguments = (input: string): string => JSON.stringify({ input });
