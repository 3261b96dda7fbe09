import { GatewayError } from '../../core/gateway-error.ts';

/** A tool of Anthropic's own that Cursor does not offer. */
export interface ServerTool {
  readonly type: string;
  /** What `tool_choice` calls it. */
  readonly name: string | null;
}

/** Whether a type of tool is one that Anthropic defines, such as `web_search_20250305`: nearly all of these have a date. */
export const isAnthropicTool = (type: string): boolean =>
  /_\d{8}$/.test(type) || /^(?:mcp_toolset|tool_search_tool_(?:bm25|regex))$/.test(type);

/** Refuses a tool of Anthropic's own where a request cannot do without it. */
export const toUnsupportedTool = (param: string, name: string): GatewayError =>
  new GatewayError(
    'unsupported_tool',
    `${param}: "${name}" is a tool of Anthropic's own, and Cursor does not offer it. Leave it out, or send a tool with an input_schema.`,
    { param },
  );
