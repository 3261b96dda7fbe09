import { toCompactionItem } from '../../../../src/protocols/openai-responses/compaction-item.ts';

const png = 'data:image/png;base64,iVBORw0KGgo=';
const add = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'], additionalProperties: false };

/** Tools as Codex sends them for a model that it does not know. */
export const codexTools = [
  { type: 'function', name: 'shell', description: 'Runs a command.', strict: false, parameters: add },
  { type: 'function', name: 'update_plan', description: 'Plans.', strict: false, parameters: add },
  {
    type: 'namespace',
    name: 'agents',
    description: 'Tools to work with other agents.',
    tools: [
      { type: 'function', name: 'spawn', description: 'Starts one.', strict: false, parameters: add },
      { type: 'function', name: 'wait', strict: false, parameters: add },
    ],
  },
];

/** Tools as Codex sends them for models of OpenAI's that it knows. */
export const newerCodexTools = [
  {
    type: 'custom',
    name: 'apply_patch',
    description: 'Edits files.',
    format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch"' },
  },
  { type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters: add },
  { type: 'web_search', external_web_access: false },
];

/** Items of a conversation as clients send them, by client and form. */
export const clientInputs: Readonly<Record<string, readonly object[]>> = {
  'Codex: roles, a call without an id, reasoning': [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: '<permissions>' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: '<environment>' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Fix the bug.' }] },
    {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Looking.' }],
      content: null,
      encrypted_content: 'gAAAA',
    },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Looking.' }], phase: 'commentary' },
    { type: 'function_call', name: 'shell', arguments: '{"a":1}', call_id: 'call_1' },
    { type: 'function_call', name: 'spawn', namespace: 'agents', arguments: '{}', call_id: 'call_2' },
    { type: 'function_call_output', call_id: 'call_1', output: 'README.md' },
    { type: 'function_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'started' }] },
  ],
  'Codex, newer: additional tools and custom calls': [
    { type: 'additional_tools', role: 'developer', tools: newerCodexTools },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Add a file.' }] },
    { type: 'custom_tool_call', status: 'completed', call_id: 'call_3', name: 'apply_patch', input: '*** "Begin"' },
    { type: 'custom_tool_call_output', call_id: 'call_3', output: 'Done.' },
    { type: 'tool_search_call', call_id: 's', status: 'completed', execution: 'client', arguments: { query: 'x' } },
    { type: 'tool_search_output', call_id: 's', status: 'completed', execution: 'client', tools: [] },
  ],
  'OpenAI agents SDK': [
    { role: 'user', content: 'What is the weather?' },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'One moment.' }],
      providerData: {},
    },
    {
      type: 'function_call',
      id: 'fc_1',
      name: 'get_weather',
      call_id: 'call_1',
      arguments: '{"city":"Oslo"}',
      status: 'completed',
      namespace: null,
    },
    { type: 'function_call_output', call_id: 'call_1', output: 'Rain', id: null, status: 'completed', name: null },
  ],
  'AI SDK: a reasoning item of its own, images in results': [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'Look:' },
        { type: 'input_image', image_url: png },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: null },
    {
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'A ' },
        { type: 'output_text', text: 'cat.' },
      ],
      id: 'msg_2',
    },
    { type: 'function_call', call_id: 'c', name: 'zoom', arguments: '{}', id: 'fc_2' },
    {
      type: 'function_call_output',
      call_id: 'c',
      output: [
        { type: 'input_text', text: 'Zoomed.' },
        { type: 'input_image', image_url: png, detail: 'high' },
      ],
    },
  ],
  'plain strings and empty texts': [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi.' },
    { role: 'user', content: '' },
    { role: 'assistant', content: [] },
    { role: 'user', content: [{ type: 'input_text', text: '' }] },
    { role: 'user', content: [{ type: 'input_text', text: 'Bye' }] },
  ],
  'a system message later on, a refusal': [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    { role: 'developer', content: 'Be kind.' },
  ],
  'parts of another role': [
    {
      role: 'user',
      content: [
        { type: 'output_text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'assistant', content: [{ type: 'input_text', text: 'c' }] },
  ],
  'a text file': [
    {
      role: 'user',
      content: [
        { type: 'input_file', filename: 'a.md', file_data: 'data:text/markdown;base64,IyBIaQ==', file_id: null },
        { type: 'input_text', text: 'Sum it up.', prompt_cache_breakpoint: null },
      ],
    },
  ],
  'a compacted conversation': [
    toCompactionItem('cmp_1', 'They spoke of Ödön.'),
    { role: 'user', content: 'And then?' },
  ],
  'calls of hosted tools': [
    { role: 'user', content: 'News?' },
    { role: 'assistant', content: 'I will ' },
    {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'news', queries: ['news'] },
    },
    { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: null },
    { type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['x'], results: null },
    {
      type: 'local_shell_call',
      id: 'lsh_1',
      call_id: 'l',
      status: 'completed',
      action: { type: 'exec', command: ['ls'], env: {} },
    },
    { type: 'mcp_call', id: 'mcp_1', server_label: 's', name: 'n', arguments: '{}', output: null, error: null },
    { role: 'assistant', content: 'look.' },
  ],
};
