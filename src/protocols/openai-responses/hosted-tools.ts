import { GatewayError } from '../../core/gateway-error.ts';

/** The tools that OpenAI runs by itself, or that its models know without a definition. Cursor offers none of them on this path. */
const HOSTED_TOOL_TYPES: ReadonlySet<string> = new Set([
  'apply_patch',
  'code_interpreter',
  'computer',
  'computer_use',
  'computer_use_preview',
  'file_search',
  'image_generation',
  'local_shell',
  'mcp',
  'programmatic_tool_calling',
  'shell',
  'tool_search',
  'web_search',
  'web_search_preview',
]);

/** Whether a type of tool is one of OpenAI's own, dated ones such as `web_search_2025_08_26` included. */
export const isHostedTool = (type: string): boolean => HOSTED_TOOL_TYPES.has(type.replace(/_\d{4}_\d{2}_\d{2}$/, ''));

/** Refuses a tool of OpenAI's own where a request cannot do without it. */
export const toUnsupportedTool = (param: string, type: string): GatewayError =>
  new GatewayError(
    'unsupported_tool',
    `${param}: "${type}" is a tool of OpenAI's own, and Cursor does not offer it. Leave it out, or send a function of your own.`,
    { param },
  );
