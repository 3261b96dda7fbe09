import { describe, expect, test } from 'vitest';
import { decodeChatRequest } from '../../../src/protocols/openai-chat/decode.ts';

const hello = { role: 'user', content: 'Hello' };
const text = (value: string) => [{ type: 'text', text: value }];

describe('messages', () => {
  test.each<{ name: string; messages: object[]; systemPrompt: string | null; decoded: object[] }>([
    {
      name: 'one user message',
      messages: [hello],
      systemPrompt: null,
      decoded: [{ role: 'user', content: text('Hello') }],
    },
    {
      name: 'system and developer messages at the front',
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        hello,
      ],
      systemPrompt: 'Be kind.\n\nBe brief.',
      decoded: [{ role: 'user', content: text('Hello') }],
    },
    {
      name: 'a system message later on',
      messages: [hello, { role: 'system', content: 'Now in French.' }, hello],
      systemPrompt: null,
      decoded: [
        { role: 'user', content: text('Hello') },
        { role: 'system', content: text('Now in French.') },
        { role: 'user', content: text('Hello') },
      ],
    },
    {
      name: 'system messages alone',
      messages: [
        { role: 'system', content: 'Rules.' },
        { role: 'system', content: 'Write a haiku.' },
      ],
      systemPrompt: 'Rules.',
      decoded: [{ role: 'user', content: text('Write a haiku.') }],
    },
    {
      name: 'null content, which clients send back',
      messages: [{ role: 'system', content: null }, { role: 'user', content: null }, hello],
      systemPrompt: null,
      decoded: [
        { role: 'user', content: [] },
        { role: 'user', content: text('Hello') },
      ],
    },
    {
      name: 'a blank system message',
      messages: [{ role: 'system', content: ' \n' }, hello],
      systemPrompt: null,
      decoded: [{ role: 'user', content: text('Hello') }],
    },
    {
      name: 'a tool turn, with what clients send back on assistant messages',
      messages: [
        hello,
        {
          role: 'assistant',
          content: null,
          refusal: null,
          reasoning_content: 'hm',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: '2' }] },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        { role: 'assistant', content: '' },
      ],
      systemPrompt: null,
      decoded: [
        { role: 'user', content: text('Hello') },
        { role: 'assistant', content: [], toolCalls: [{ id: 'c1', name: 'add', arguments: '{"a":1}' }] },
        { role: 'tool', toolCallId: 'c1', content: text('2') },
        { role: 'assistant', content: text('No.'), toolCalls: [] },
        { role: 'assistant', content: [], toolCalls: [] },
      ],
    },
    {
      name: 'a refusal in place of the content, null or empty',
      messages: [
        hello,
        { role: 'assistant', content: null, refusal: 'No.' },
        { role: 'assistant', content: '', refusal: 'Never.' },
      ],
      systemPrompt: null,
      decoded: [
        { role: 'user', content: text('Hello') },
        { role: 'assistant', content: text('No.'), toolCalls: [] },
        { role: 'assistant', content: text('Never.'), toolCalls: [] },
      ],
    },
    {
      name: 'images of users and tools',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Compare.' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'high' } },
            { type: 'image_url', image_url: { url: 'HTTPS://example.com/a.png' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] },
      ],
      systemPrompt: null,
      decoded: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Compare.' },
            { type: 'image', url: 'data:image/png;base64,AA==', param: 'messages[0].content[1].image_url.url' },
            { type: 'image', url: 'HTTPS://example.com/a.png', param: 'messages[0].content[2].image_url.url' },
          ],
        },
        {
          role: 'tool',
          toolCallId: 'c1',
          content: [{ type: 'image', url: 'data:,', param: 'messages[1].content[0].image_url.url' }],
        },
      ],
    },
    {
      name: 'legacy functions: calls and results pair in order, a result without a call gets an id of its own',
      messages: [
        { role: 'assistant', content: null, function_call: { name: 'add', arguments: '{"a":1}' } },
        { role: 'function', name: 'add', content: '1' },
        { role: 'assistant', content: 'Again.', function_call: { name: 'add', arguments: '' } },
        { role: 'function', name: 'add', content: null },
        { role: 'function', name: 'sub', content: '3' },
      ],
      systemPrompt: null,
      decoded: [
        { role: 'assistant', content: [], toolCalls: [{ id: '#1', name: 'add', arguments: '{"a":1}' }] },
        { role: 'tool', toolCallId: '#1', content: text('1') },
        {
          role: 'assistant',
          content: text('Again.'),
          toolCalls: [{ id: '#2', name: 'add', arguments: '' }],
        },
        { role: 'tool', toolCallId: '#2', content: [] },
        { role: 'tool', toolCallId: '#3', content: text('3') },
      ],
    },
    {
      name: 'a tool result that answers no call',
      messages: [{ role: 'tool', tool_call_id: 'lost', content: 'x' }],
      systemPrompt: null,
      decoded: [{ role: 'tool', toolCallId: 'lost', content: text('x') }],
    },
  ])('$name', ({ messages, systemPrompt, decoded }) => {
    expect(decodeChatRequest({ messages })).toMatchObject({ systemPrompt, messages: decoded });
  });
});

describe('options', () => {
  test.each<[string, object, object]>([
    [
      'defaults',
      {},
      {
        model: null,
        reasoningEffort: null,
        cursorParams: null,
        tools: [],
        toolChoice: 'auto',
        parallelToolCalls: true,
        usesLegacyFunctions: false,
        choices: 1,
        limits: { stop: [], maxTokens: null, countsReasoning: false },
        format: null,
        isStream: false,
        includeUsage: false,
        ignored: [],
      },
    ],
    [
      'null stands for absent',
      {
        model: null,
        stream: null,
        stream_options: null,
        n: null,
        tools: null,
        tool_choice: null,
        parallel_tool_calls: null,
        functions: null,
        function_call: null,
        stop: null,
        max_tokens: null,
        max_completion_tokens: null,
        response_format: null,
        reasoning_effort: null,
        cursor_params: null,
        logprobs: null,
        top_logprobs: null,
        modalities: null,
        audio: null,
      },
      {
        model: null,
        toolChoice: 'auto',
        parallelToolCalls: true,
        choices: 1,
        format: null,
        isStream: false,
        ignored: [],
      },
    ],
    [
      'a stream with usage',
      { stream: true, stream_options: { include_usage: true } },
      { isStream: true, includeUsage: true },
    ],
    [
      'fields without effect are named in the order they came',
      { temperature: 0, metadata: { a: 'b' }, store: false, user: 'me', prediction: {}, made_up: {}, logit_bias: null },
      { ignored: ['temperature', 'metadata', 'user', 'prediction', 'made_up'], stored: null },
    ],
    [
      'an answer that is to be stored',
      { temperature: 0, metadata: { a: 'b' }, store: true },
      {
        ignored: ['temperature'],
        stored: expect.objectContaining({ metadata: { a: 'b' }, echo: expect.objectContaining({ temperature: 0 }) }),
      },
    ],
    [
      'values that ask for nothing are accepted silently',
      {
        n: 1,
        tools: [],
        tool_choice: 'auto',
        functions: [],
        function_call: 'none',
        parallel_tool_calls: false,
        logprobs: false,
        top_logprobs: 0,
        response_format: { type: 'text' },
        modalities: ['text'],
        reasoning_effort: '',
      },
      { tools: [], format: null, reasoningEffort: null, ignored: [] },
    ],
    ['one stop sequence', { stop: '\n' }, { limits: { stop: ['\n'], maxTokens: null, countsReasoning: false } }],
    ['stop sequences, of which empty ones are dropped', { stop: ['a', '', 'b', ''] }, { limits: { stop: ['a', 'b'] } }],
    [
      'the longest stop sequences',
      { stop: ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1000)) },
      { limits: { stop: ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1000)) } },
    ],
    ['max_tokens', { max_tokens: 5 }, { limits: { stop: [], maxTokens: 5, countsReasoning: false }, ignored: [] }],
    ['max_completion_tokens', { max_completion_tokens: 5 }, { limits: { maxTokens: 5, countsReasoning: true } }],
    [
      'max_completion_tokens wins',
      { max_tokens: 9, max_completion_tokens: 5 },
      { limits: { maxTokens: 5, countsReasoning: true }, ignored: ['max_tokens'] },
    ],
    [
      'names of participants',
      { messages: [{ role: 'user', content: 'Hi', name: 'alice' }] },
      { ignored: ['messages.name'] },
    ],
    ['several choices', { n: 8 }, { choices: 8, ignored: [] }],
    ['a JSON object', { response_format: { type: 'json_object' } }, { format: { type: 'json_object' } }],
    [
      'a JSON schema',
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'city', strict: true, schema: { type: 'object' } },
        },
      },
      { format: { type: 'json_schema', name: 'city', description: null, schema: { type: 'object' } } },
    ],
    [
      'a JSON schema with a description',
      { response_format: { type: 'json_schema', json_schema: { name: 'c', description: 'A city.', schema: {} } } },
      { format: { type: 'json_schema', name: 'c', description: 'A city.', schema: {} } },
    ],
    ['the reasoning effort', { reasoning_effort: 'high' }, { reasoningEffort: 'high', ignored: [] }],
    [
      'model parameters',
      { cursor_params: { fast: true, context: '1m', n: 2 } },
      { cursorParams: { fast: 'true', context: '1m', n: '2' }, ignored: [] },
    ],
    [
      'model parameters as the SDK writes them',
      {
        cursor_params: [
          { id: 'fast', value: 'true' },
          { id: 'thinking', value: false },
        ],
      },
      { cursorParams: { fast: 'true', thinking: 'false' }, ignored: [] },
    ],
  ])('%s', (_name, fields, expected) => {
    expect(decodeChatRequest({ messages: [hello], ...fields })).toMatchObject(expected);
  });
});
