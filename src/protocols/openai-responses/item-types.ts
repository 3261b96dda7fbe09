/**
 * Items that only tools of OpenAI's own leave behind, with the prefix of their ids. They are kept as they are, and say nothing to
 * the model.
 */
export const HOSTED_ITEM_PREFIXES: ReadonlyMap<string, string> = new Map([
  ['apply_patch_call', 'apc'],
  ['apply_patch_call_output', 'apco'],
  ['code_interpreter_call', 'ci'],
  ['computer_call', 'cu'],
  ['computer_call_output', 'cuo'],
  ['file_search_call', 'fs'],
  ['image_generation_call', 'ig'],
  ['local_shell_call', 'lsh'],
  ['local_shell_call_output', 'lsho'],
  ['mcp_approval_request', 'mcpr'],
  ['mcp_approval_response', 'mcpa'],
  ['mcp_call', 'mcp'],
  ['mcp_list_tools', 'mcpl'],
  ['program', 'prog'],
  ['program_output', 'progo'],
  ['shell_call', 'sh'],
  ['shell_call_output', 'sho'],
  ['tool_search_call', 'tsc'],
  ['tool_search_output', 'tso'],
  ['web_search_call', 'ws'],
]);
