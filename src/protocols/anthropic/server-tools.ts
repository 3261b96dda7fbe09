import { GatewayError } from '../../core/gateway-error.ts';

/**
 * Whether a type of tool is one that Anthropic defines: those that it runs, such as `web_search_20250305`, and those that its
 * models know without a schema, such as `bash_20250124`. Cursor offers none of them.
 */
export const isServerTool = (type: string): boolean => /_\d{8}$/.test(type) || type === 'mcp_toolset';

/** Refuses a tool of Anthropic's own where a request cannot do without it. */
export const toUnsupportedTool = (param: string, name: string): GatewayError =>
  new GatewayError(
    'unsupported_tool',
    `${param}: "${name}" is a tool of Anthropic's own, and Cursor does not offer it. Leave it out, or send a tool with an input_schema.`,
    { param },
  );
