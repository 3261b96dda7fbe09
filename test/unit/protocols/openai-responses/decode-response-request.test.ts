import { describe, expect, test } from 'vitest';
import { decodeResponseRequest } from '../../../../src/protocols/openai-responses/decode.ts';
import { findSchemaErrors } from '../../../support/openai-schema.ts';
import { clientInputs, codexTools } from './client-inputs.ts';

const hello = { type: 'message', role: 'user', content: 'Hello' };
const schema = { type: 'object', properties: { a: { type: 'string' } } };

test('a request that says nothing but its input', () => {
  expect(decodeResponseRequest({ input: 'Hello' })).toEqual({
    model: null,
    reasoningEffort: null,
    cursorParams: null,
    input: [hello],
    instructions: null,
    previousResponseId: null,
    conversationId: null,
    isStream: false,
    isBackground: false,
    isStored: true,
    generates: true,
    limits: { stop: [], maxTokens: null, countsReasoning: true },
    format: null,
    tools: [],
    toolChoice: null,
    parallelToolCalls: true,
    showsSummary: false,
    includesEncryptedReasoning: false,
    metadata: {},
    echo: {
      background: false,
      conversation: null,
      frequency_penalty: 0,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      parallel_tool_calls: true,
      presence_penalty: 0,
      previous_response_id: null,
      prompt_cache_key: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: 'default',
      store: true,
      temperature: 1,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      user: null,
    },
    ignored: [],
  });
});

test('null is as much as leaving a field out', () => {
  const fields = [
    'model instructions previous_response_id conversation stream background store generate max_output_tokens max_tool_calls',
    'text reasoning tools tool_choice parallel_tool_calls include metadata cursor_params prompt top_logprobs temperature top_p',
    'presence_penalty frequency_penalty truncation service_tier safety_identifier prompt_cache_key user stream_options other',
  ].flatMap((names) => names.split(' '));
  const nulls = Object.fromEntries(fields.map((name) => [name, null]));
  expect(decodeResponseRequest({ input: 'Hello', ...nulls })).toEqual(decodeResponseRequest({ input: 'Hello' }));
  expect(decodeResponseRequest({ ...nulls, input: null }).input).toEqual([]);
  expect(decodeResponseRequest({}).input).toEqual([]);
});

test('what Codex sends', () => {
  const decoded = decodeResponseRequest({
    model: 'composer-2',
    instructions: 'You are a coding agent.',
    input: clientInputs['Codex: roles, a call without an id, reasoning'],
    tools: codexTools,
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: { effort: 'high', summary: 'auto', context: 'all_turns' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    service_tier: 'priority',
    prompt_cache_key: 'thread',
    text: { verbosity: 'low' },
    client_metadata: { 'x-codex-installation-id': 'a' },
  });
  expect(decoded).toMatchObject({
    model: 'composer-2',
    reasoningEffort: 'high',
    instructions: 'You are a coding agent.',
    isStream: true,
    isStored: false,
    tools: codexTools,
    toolChoice: 'auto',
    parallelToolCalls: false,
    showsSummary: true,
    includesEncryptedReasoning: true,
    format: null,
    ignored: ['text.verbosity', 'reasoning.context', 'prompt_cache_key', 'service_tier', 'client_metadata'],
    echo: {
      store: false,
      service_tier: 'default',
      prompt_cache_key: 'thread',
      reasoning: { effort: 'high', summary: 'auto' },
      text: { format: { type: 'text' }, verbosity: 'low' },
    },
  });
  expect(decoded.input).toHaveLength(9);
});

describe('fields', () => {
  test.each<[string, object, object]>([
    ['types are said where they are left out', { input: [{ role: 'user', content: 'Hello' }] }, { input: [hello] }],
    ['also as null', { input: [{ type: null, role: 'user', content: 'Hello' }] }, { input: [hello] }],
    ['references', { input: [{ id: 'msg_1' }] }, { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    [
      'a conversation',
      { conversation: 'conv_1' },
      { conversationId: 'conv_1', echo: { conversation: { id: 'conv_1' } } },
    ],
    ['a conversation as an object', { conversation: { id: 'conv_1' } }, { conversationId: 'conv_1', ignored: [] }],
    [
      'a response to go on from',
      { previous_response_id: 'resp_1' },
      { previousResponseId: 'resp_1', echo: { previous_response_id: 'resp_1' }, ignored: [] },
    ],
    [
      'in the background',
      { background: true, store: true },
      { isBackground: true, echo: { background: true }, ignored: [] },
    ],
    [
      'limits',
      { max_output_tokens: 1, max_tool_calls: 3 },
      {
        limits: { stop: [], maxTokens: 1, countsReasoning: true },
        echo: { max_output_tokens: 1, max_tool_calls: 3 },
        ignored: ['max_tool_calls'],
      },
    ],
    [
      'the older name of a summary',
      { reasoning: { generate_summary: 'concise' } },
      { showsSummary: true, ignored: [] },
    ],
    ['parameters of Cursor', { cursor_params: { fast: true } }, { cursorParams: { fast: 'true' }, ignored: [] }],
    ['the same as a list', { cursor_params: [{ id: 'a', value: 1 }] }, { cursorParams: { a: '1' } }],
    ['metadata', { metadata: { a: 'b' } }, { metadata: { a: 'b' }, echo: { metadata: { a: 'b' } }, ignored: [] }],
    ['JSON', { text: { format: { type: 'json_object' } } }, { format: { type: 'json_object' }, ignored: [] }],
    [
      'JSON by a schema',
      { text: { format: { type: 'json_schema', name: 'a', description: 'A.', schema, strict: true } } },
      {
        format: { type: 'json_schema', name: 'a', description: 'A.', schema },
        echo: { text: { format: { type: 'json_schema', name: 'a', description: 'A.', schema, strict: true } } },
      },
    ],
    [
      'a schema that is not said to be strict',
      { text: { format: { type: 'json_schema', name: 'a', schema, strict: null } } },
      { echo: { text: { format: { strict: false } } } },
    ],
    [
      'what has no effect is told again all the same',
      { temperature: 0.2, top_p: 0.5, truncation: 'auto', user: 'u', safety_identifier: 's', presence_penalty: 1 },
      {
        echo: {
          temperature: 0.2,
          top_p: 0.5,
          truncation: 'auto',
          user: 'u',
          safety_identifier: 's',
          presence_penalty: 1,
        },
        ignored: ['temperature', 'top_p', 'presence_penalty', 'truncation', 'safety_identifier', 'user'],
      },
    ],
    [
      'what Portside has never heard of',
      {
        context_management: [{}],
        stream_options: { include_obfuscation: false },
        prompt_cache_retention: '24h',
        zzz: 1,
      },
      { ignored: ['context_management', 'stream_options', 'prompt_cache_retention', 'zzz'] },
    ],
    [
      'includes',
      { include: ['message.input_image.image_url', 'reasoning.encrypted_content', 'web_search_call.results'] },
      { includesEncryptedReasoning: true, ignored: ['include[web_search_call.results]'] },
    ],
    ['no log probabilities', { top_logprobs: 0, truncation: 'disabled' }, { ignored: [] }],
  ])('%s', (_name, fields, expected) => {
    expect(decodeResponseRequest({ input: 'Hello', ...fields })).toMatchObject(expected);
  });
});

test.each<[mayWarmUp: boolean, generate: boolean | null, generates: boolean, ignored: string[]]>([
  [true, false, false, []],
  [true, true, true, []],
  [true, null, true, []],
  [false, false, true, ['generate']],
  [false, true, true, ['generate']],
  [false, null, true, []],
])('a warm-up, over a WebSocket: %s, generate: %s', (mayWarmUp, generate, generates, ignored) => {
  const body = { input: 'Hello', generate };
  expect(decodeResponseRequest(body, { mayWarmUp })).toMatchObject({ generates, ignored });
  if (!mayWarmUp) expect(decodeResponseRequest(body)).toMatchObject({ generates, ignored });
});

test.each<[string, object]>([
  ['the defaults', {}],
  ['a format', { text: { format: { type: 'json_schema', name: 'a', schema, description: null, strict: null } } }],
  ['a format with nulls', { text: { format: { type: 'text', name: null }, verbosity: null } }],
  ['an effort in capitals', { reasoning: { effort: 'High' } }],
  ['an empty effort', { reasoning: { effort: '' } }],
  ['a choice', { tool_choice: { type: 'function', name: 'a' }, reasoning: { effort: 'low', summary: 'detailed' } }],
  [
    'a choice among tools',
    { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'a' }] } },
  ],
  ['a conversation', { conversation: 'conv_1', metadata: { a: 'b' }, instructions: 'Be kind.', user: 'u' }],
])('a response that repeats %s is of schema Response', (_name, fields) => {
  const response = {
    ...decodeResponseRequest({ input: 'Hello', ...fields }).echo,
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    completed_at: 2,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'composer-2',
    output: [],
    usage: null,
  };
  expect(findSchemaErrors('Response', response)).toEqual([]);
});
