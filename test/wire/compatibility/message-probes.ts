import { expect } from 'vitest';
import type { EndpointProbes, Probe } from './probe.ts';
import {
  CALLS_TWO_TOOLS,
  CURSOR_PARAMS,
  EVENT_STREAM,
  oneRun,
  PIXEL,
  SAYS_JSON,
  THINKS,
  TOLD_OF_JSON,
  withParameter,
} from './script.ts';

const toTool = (name: string) => ({ name, input_schema: { type: 'object', properties: {} } });
const TOOL = toTool('get_weather');
const CITY = { type: 'object', properties: { city: { type: 'string' } } };
const TOOLS = [toTool('get_weather'), toTool('get-time_2')];
const hello = { model: 'composer-2.5', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };
const FORMAT = { type: 'json_schema', schema: { type: 'object', properties: { a: { type: 'number' } } } };

const EFFORT: Probe = { at: 'output_config.effort', value: 'high', sees: withParameter('reasoning', 'high') };

const BESIDE_TOOLS = Object.fromEntries(
  ['strict', 'allowed_callers', 'eager_input_streaming'].map((field) => [`tools.${field}`, { tools: [TOOL] }]),
);

const messages: EndpointProbes = {
  base: hello,
  honoured: {
    model: { value: 'gpt', sees: { usedModel: 'gpt-5.5', runs: [{ model: { id: 'gpt-5.5' } }] } },
    messages: {
      value: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
          ],
        },
        { role: 'system', content: 'It is Monday.' },
      ],
      sees: oneRun({
        systemPrompt: 'It is Monday.',
        messages: [{ role: 'user', content: [{ text: 'Look' }, { type: 'image' }] }],
      }),
    },
    system: { value: 'Be kind.', sees: oneRun({ systemPrompt: 'Be kind.' }) },
    max_tokens: { value: 1, sees: { body: { stop_reason: 'max_tokens', content: [{ text: 'Hello' }] } } },
    stream: { value: true, sees: EVENT_STREAM },
    stop_sequences: {
      value: [' there'],
      sees: { body: { stop_reason: 'stop_sequence', stop_sequence: ' there', content: [{ text: 'Hello' }] } },
    },
    tools: {
      value: [...TOOLS, { type: 'bash_20250124', name: 'bash' }],
      sees: oneRun({ tools: [{ name: 'get_weather' }, { name: 'get-time_2' }, { name: 'bash' }] }),
    },
    'tools.input_schema': {
      at: 'tools',
      value: [{ ...TOOL, input_schema: CITY }],
      beside: { tools: [TOOL] },
      sees: oneRun({ tools: [{ name: 'get_weather', parameters: CITY }] }),
    },
    'tools.description': {
      at: 'tools',
      value: [{ ...TOOL, description: 'Tells the weather.' }],
      beside: { tools: [TOOL] },
      sees: oneRun({ tools: [{ description: 'Tells the weather.' }] }),
    },
    'tools.input_examples': {
      at: 'tools',
      value: [{ ...TOOL, input_examples: [{ city: 'Oslo' }] }],
      beside: { tools: [TOOL] },
      sees: oneRun({ tools: [{ description: expect.stringContaining('{"city":"Oslo"}') }] }),
    },
    tool_choice: { value: { type: 'none' }, beside: { tools: TOOLS }, sees: oneRun({ offeredTools: [] }) },
    'tool_choice.disable_parallel_tool_use': {
      value: true,
      beside: { tools: TOOLS, tool_choice: { type: 'auto' } },
      steps: CALLS_TWO_TOOLS,
      sees: { body: { content: [{ type: 'tool_use', name: 'get_weather' }] } },
    },
    thinking: {
      value: { type: 'enabled' },
      steps: THINKS,
      sees: { body: { content: [{ type: 'thinking', thinking: 'The user greets.' }, { type: 'text' }] } },
    },
    'thinking.budget_tokens': {
      value: 10_000,
      beside: { thinking: { type: 'enabled' } },
      sees: withParameter('reasoning', 'medium'),
    },
    'thinking.display': {
      value: 'omitted',
      beside: { thinking: { type: 'enabled' } },
      steps: THINKS,
      sees: { body: { content: [{ type: 'thinking', thinking: '' }, { type: 'text' }] } },
    },
    output_config: EFFORT,
    'output_config.effort': EFFORT,
    'output_config.format': { value: FORMAT, steps: SAYS_JSON, sees: TOLD_OF_JSON },
    output_format: { value: FORMAT, steps: SAYS_JSON, sees: TOLD_OF_JSON },
    cursor_params: CURSOR_PARAMS,
  },
  values: {
    'messages.clear_at': [{ ...hello.messages[0], clear_at: 'never' }],
    'messages.output_config': [...hello.messages, { role: 'system', output_config: { effort: 'low' } }],
    'tools.strict': [{ ...TOOL, strict: true }],
    'tools.allowed_callers': [{ ...TOOL, allowed_callers: ['direct'] }],
    'tools.eager_input_streaming': [{ ...TOOL, eager_input_streaming: true }],
    thread: { id: 'thread_1' },
    'thinking.block_binding': { type: 'none' },
    'output_config.task_budget': { type: 'tokens', total: 20_000 },
    service_tier: 'standard_only',
    context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
    compaction: { type: 'auto' },
    container: 'container_1',
    mcp_servers: [{ type: 'url', name: 'docs', url: 'https://mcp.invalid/' }],
    metadata: { user_id: 'ann' },
    inference_geo: 'eu',
    diagnostics: { previous_message_id: null },
    billing_policy: 'default',
    fallbacks: [{ model: 'composer-2.5' }],
    fallback_credit_token: 'token',
  },
  beside: { ...BESIDE_TOOLS, 'thinking.block_binding': { thinking: { type: 'enabled' } } },
};

/** `Hello` in one message. */
const BASE_TOKENS = 5;
const MORE_TOKENS = { body: { input_tokens: expect.toSatisfy((count: number) => count > BASE_TOKENS) } };

const LONG = 'very '.repeat(200);
const MANY = { type: 'object', properties: { city: { description: LONG } } };
const MANY_MORE = {
  beside: { tools: [TOOL] },
  sees: { body: { input_tokens: expect.toSatisfy((count: number) => count > 200) } },
};

const countTokens: EndpointProbes = {
  base: { messages: hello.messages },
  honoured: {
    messages: { value: [{ role: 'user', content: 'Hello to all of you' }], sees: MORE_TOKENS },
    system: { value: 'Be kind.', sees: MORE_TOKENS },
    tools: { value: TOOLS, sees: MORE_TOKENS },
    'tools.input_schema': { at: 'tools', value: [{ ...TOOL, input_schema: MANY }], ...MANY_MORE },
    'tools.description': { at: 'tools', value: [{ ...TOOL, description: LONG }], ...MANY_MORE },
    'tools.input_examples': { at: 'tools', value: [{ ...TOOL, input_examples: [{ city: LONG }] }], ...MANY_MORE },
  },
  values: {
    ...messages.values,
    model: 'composer-2.5',
    tool_choice: { type: 'auto' },
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    output_format: FORMAT,
  },
  beside: BESIDE_TOOLS,
};

/** By the endpoint's id in the data file. */
export const messageProbes: Readonly<Record<string, EndpointProbes>> = {
  messages,
  'messages-count-tokens': countTokens,
};
