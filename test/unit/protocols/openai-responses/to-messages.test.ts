import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import { readCompactionSummary, toCompactionItem } from '../../../../src/protocols/openai-responses/compaction-item.ts';
import { decodeResponseRequest } from '../../../../src/protocols/openai-responses/decode.ts';
import { toMessages } from '../../../../src/protocols/openai-responses/decode-items.ts';
import { toEngineName } from '../../../../src/protocols/to-engine-name.ts';
import { findSchemaErrors } from '../../../support/openai-schema.ts';
import { clientInputs, newerCodexTools } from './client-inputs.ts';

const converse = (input: unknown, instructions: string | null = null) =>
  toMessages(decodeResponseRequest({ input }).input, { instructions, offset: 0 });
const text = (value: string) => [{ type: 'text', text: value }];
const user = (value: string) => ({ role: 'user', content: text(value) });
const message = (role: string, content: unknown) => ({ type: 'message', role, content });
const png = 'data:image/png;base64,iVBORw0KGgo=';

describe('conversations of clients', () => {
  test.each<[name: string, systemPrompt: string | null, messages: object[]]>([
    [
      'Codex: roles, a call without an id, reasoning',
      '<permissions>',
      [
        user('<environment>'),
        user('Fix the bug.'),
        {
          role: 'assistant',
          content: text('Looking.'),
          toolCalls: [
            { id: 'call_1', name: 'shell', arguments: '{"a":1}' },
            { id: 'call_2', name: 'agents__spawn', arguments: '{}' },
          ],
        },
        { role: 'tool', toolCallId: 'call_1', content: text('README.md') },
        { role: 'tool', toolCallId: 'call_2', content: text('started') },
      ],
    ],
    [
      'Codex, newer: additional tools and custom calls',
      null,
      [
        user('Add a file.'),
        {
          role: 'assistant',
          content: [],
          toolCalls: [{ id: 'call_3', name: 'apply_patch', arguments: '{"input":"*** \\"Begin\\""}' }],
        },
        { role: 'tool', toolCallId: 'call_3', content: text('Done.') },
      ],
    ],
    [
      'OpenAI agents SDK',
      null,
      [
        user('What is the weather?'),
        {
          role: 'assistant',
          content: text('One moment.'),
          toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' }],
        },
        { role: 'tool', toolCallId: 'call_1', content: text('Rain') },
      ],
    ],
    [
      'AI SDK: a reasoning item of its own, images in results',
      'Be brief.',
      [
        {
          role: 'user',
          content: [...text('Look:'), { type: 'image', url: png, param: 'input[1].content[1].image_url' }],
        },
        {
          role: 'assistant',
          content: text('A cat.'),
          toolCalls: [{ id: 'c', name: 'zoom', arguments: '{}' }],
        },
        {
          role: 'tool',
          toolCallId: 'c',
          content: [...text('Zoomed.'), { type: 'image', url: png, param: 'input[5].output[1].image_url' }],
        },
      ],
    ],
    [
      'a system message later on, a refusal',
      null,
      [
        user('Hello'),
        { role: 'assistant', content: text('No.'), toolCalls: [] },
        { role: 'system', content: text('Be kind.') },
      ],
    ],
    [
      'a text file',
      null,
      [
        {
          role: 'user',
          content: [...text('<file name="a.md">\n# Hi\n</file>'), ...text('Sum it up.')],
        },
      ],
    ],
    [
      'a compacted conversation',
      null,
      [user('This is the summary of the conversation so far:\n\nThey spoke of Ödön.'), user('And then?')],
    ],
    [
      'calls of hosted tools',
      null,
      [user('News?'), { role: 'assistant', content: text('I will look.'), toolCalls: [] }],
    ],
  ])('%s', (name, systemPrompt, messages) => {
    expect(converse(clientInputs[name])).toMatchObject({ systemPrompt, messages });
  });

  test('additional tools, oldest first', () => {
    const tool = { type: 'function', name: 'late' };
    const items = [
      ...(clientInputs['Codex, newer: additional tools and custom calls'] ?? []),
      { type: 'additional_tools', role: 'developer', tools: [tool] },
    ];
    expect(converse(items).additionalTools).toEqual([...newerCodexTools, tool]);
  });
});

test('nothing to answer, where nothing is to be', () => {
  expect(toMessages([], { instructions: 'Be kind.', offset: 0, mayBeEmpty: true })).toEqual({
    systemPrompt: 'Be kind.',
    messages: [],
    additionalTools: [],
    ignored: [],
  });
});

test('what says nothing here is named, where the request has brought it', () => {
  const items = decodeResponseRequest({
    input: [
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'a' } },
      { type: 'reasoning', id: 'rs_1', summary: [] },
      {
        type: 'local_shell_call',
        id: 'ls_1',
        call_id: 'c1',
        action: { type: 'exec', command: [], env: {} },
        status: 'completed',
      },
      message('user', 'Hello'),
    ],
  }).input;
  expect(toMessages(items, { instructions: null, offset: 0 }).ignored).toEqual([
    'input[web_search_call]',
    'input[local_shell_call]',
  ]);
  expect(toMessages(items, { instructions: null, offset: 1 }).ignored).toEqual(['input[local_shell_call]']);
});

test.each<[string, object, string]>([
  [
    'a summary that somebody else has made',
    { type: 'compaction', encrypted_content: 'gAAAA' },
    'input[1].encrypted_content',
  ],
  ['an output of no call', { type: 'function_call_output', call_id: 'c9', output: 'x' }, 'input[1].call_id'],
  ['a wish to make it shorter', { type: 'compaction_trigger' }, 'input[1].type'],
  ['an output of no custom call', { type: 'custom_tool_call_output', call_id: 'c9', output: 'x' }, 'input[1].call_id'],
])('%s is refused', (_name, item, param) => {
  expect(() => converse([message('user', 'Hello'), item])).toThrow(
    expect.objectContaining({ spec: expect.objectContaining({ status: 400 }), param }),
  );
});

test.each<[string, unknown, string | null, object]>([
  ['a string', 'Hello', null, { systemPrompt: null, messages: [user('Hello')], additionalTools: [] }],
  ['instructions', 'Hello', 'Be kind.', { systemPrompt: 'Be kind.', messages: [user('Hello')] }],
  ['blank instructions', 'Hello', ' \n', { systemPrompt: null }],
  [
    'instructions come before system messages',
    [message('system', 'A.'), message('developer', 'B.'), message('user', 'Hello')],
    'First.',
    { systemPrompt: 'First.\n\nA.\n\nB.', messages: [user('Hello')] },
  ],
  [
    'system messages alone',
    [message('system', 'Rules.'), message('system', 'Write a haiku.')],
    null,
    { systemPrompt: 'Rules.', messages: [user('Write a haiku.')] },
  ],
])('%s', (_name, input, instructions, expected) => {
  expect(converse(input, instructions)).toMatchObject(expected);
});

describe('what the assistant said and called in a row', () => {
  const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'a', arguments: '{}' });
  const called = (id: string) => ({ id, name: 'a', arguments: '{}' });

  test('is one message, whatever says nothing in between, until somebody else speaks', () => {
    const { messages } = converse([
      message('assistant', 'Well, '),
      { type: 'reasoning', summary: [] },
      call('c1'),
      { type: 'additional_tools', tools: [] },
      message('assistant', [
        { type: 'output_text', text: 'I ' },
        { type: 'refusal', refusal: 'think.' },
      ]),
      call('c2'),
      { type: 'function_call_output', call_id: 'c1', output: 'x' },
      message('assistant', ''),
      message('system', 'Go on.'),
      call('c3'),
    ]);
    expect(messages).toEqual([
      { role: 'assistant', content: text('Well, I think.'), toolCalls: [called('c1'), called('c2')] },
      { role: 'tool', toolCallId: 'c1', content: text('x') },
      { role: 'assistant', content: [], toolCalls: [] },
      { role: 'system', content: text('Go on.') },
      { role: 'assistant', content: [], toolCalls: [called('c3')] },
    ]);
  });

  test('is joined at once, however much it is', () => {
    const input = Array.from({ length: 8000 }, () => message('assistant', 'x'.repeat(1000)));
    const { messages } = converse(input);
    const [part] = messages[0]?.content ?? [];
    expect(messages).toHaveLength(1);
    expect(part?.type === 'text' ? part.text.length : null).toBe(8_000_000);
  }, 5000);

  test('as many tools as there may be in a body', () => {
    const tools = Array.from({ length: 200_000 }, () => ({ type: 'web_search' }));
    expect(converse([{ type: 'additional_tools', tools }, message('user', 'x')]).additionalTools).toHaveLength(200_000);
  });
});

describe('files', () => {
  const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64');
  const file = (fields: object) =>
    converse([message('user', [{ type: 'input_file', ...fields }])]).messages[0]?.content;

  test.each<[string, object, string]>([
    ['a media type', { file_data: `data:text/plain;base64,${base64('Hä')}` }, '<file>\nHä\n</file>'],
    ['one with parameters', { file_data: `data:text/csv; charset=utf-8;base64,${base64('a')}` }, '<file>\na\n</file>'],
    ['percent-encoding', { file_data: 'data:application/json,%7B%7D' }, '<file>\n{}\n</file>'],
    ['a suffix', { file_data: `data:application/vnd.api+json;base64,${base64('{}')}` }, '<file>\n{}\n</file>'],
    ['bare base64', { filename: 'a.py', file_data: base64('x = 1') }, '<file name="a.py">\nx = 1\n</file>'],
    ['an ending against its type', { filename: 'A.TS', file_data: `data:video/mp2t;base64,${base64('x')}` }, 'A.TS'],
    ['a file that is only an ending', { filename: 'src/Dockerfile', file_data: base64('FROM a') }, 'FROM a'],
    ['a mark of its byte order', { filename: 'a.txt', file_data: base64('\uFEFFx') }, '\nx\n'],
    ['a name with quotes', { filename: '"a".txt', file_data: base64('x') }, '<file name="\\"a\\".txt">'],
  ])('%s', (_name, fields, expected) => {
    expect(file(fields)).toEqual([{ type: 'text', text: expect.stringContaining(expected) }]);
  });
});

describe('refusals', () => {
  const caught = (input: unknown, offset = 0): GatewayError => {
    try {
      toMessages(decodeResponseRequest({ input }).input, { instructions: 'Be kind.', offset });
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
    throw new Error('The items were accepted.');
  };

  test.each<[items: object[], offset: number, code: string, param: string, says: RegExp]>([
    [[], 0, 'validation_failed', 'input', /Send a message/],
    [[{ type: 'reasoning', summary: [] }], 0, 'validation_failed', 'input', /nothing to answer/],
    [[message('user', 'x'), { id: 'msg_1' }], 0, 'invalid_request', 'input[1].id', /"msg_1"\. Send the item itself/],
    [
      [message('user', 'x'), { type: 'item_reference', id: 'msg_1' }],
      1,
      'invalid_request',
      'input[0].id',
      /Send the item itself/,
    ],
  ])('%j', (items, offset, code, param, says) => {
    const error = caught(items, offset);
    expect(error).toMatchObject({ code, param });
    expect(error.message).toMatch(says);
  });

  test('what went before is no part of the input', () => {
    const { messages } = toMessages(
      [
        message('user', [{ type: 'input_image', image_url: png }]),
        message('user', [{ type: 'input_image', image_url: png }]),
      ],
      { instructions: null, offset: 1 },
    );
    expect(messages).toMatchObject([
      { content: [{ param: 'conversation[0].content[0].image_url' }] },
      { content: [{ param: 'input[0].content[0].image_url' }] },
    ]);
  });
});

describe('compaction items', () => {
  test('give back their summary, and say nothing in plain sight', () => {
    const item = toCompactionItem('cmp_1', 'Größe "5"\n🙂');
    expect(findSchemaErrors('CompactionBody', item)).toEqual([]);
    expect(readCompactionSummary(item)).toBe('Größe "5"\n🙂');
    expect(JSON.stringify(item)).not.toContain('Größe');
  });

  test.each([
    'gAAAAABn',
    '',
    'portside-summary-1.',
    'portside-summary-1.!!!',
    `somebody-summary-1.${Buffer.from('{"summary":"x"}').toString('base64url')}`,
    `portside-summary-1.${Buffer.from('{"summary":5}').toString('base64url')}`,
    toCompactionItem('a', 'A summary that is long enough to cut.')['encrypted_content']?.toString().slice(0, -5),
  ])('%s is of somebody else', (content) => {
    expect(readCompactionSummary({ type: 'compaction', encrypted_content: content })).toBeNull();
  });
});

describe('names of tools', () => {
  const long = 'a'.repeat(65);
  test.each<[namespace: string | null, name: string, expected: string | RegExp]>([
    [null, 'get_weather', 'get_weather'],
    [null, 'aZ09_-', 'aZ09_-'],
    ['agents', 'spawn', 'agents__spawn'],
    ['mcp.files', 'read file', 'mcp_files__read_file'],
    [null, '名前', '__'],
    [null, '🙂', '_'],
    [null, 'x'.repeat(64), 'x'.repeat(64)],
    [null, long, /^a{55}_[0-9a-f]{8}$/],
    ['b'.repeat(60), 'name', /^b{55}_[0-9a-f]{8}$/],
  ])('%s %s', (namespace, name, expected) => {
    expect(toEngineName(namespace, name)).toMatch(expected instanceof RegExp ? expected : new RegExp(`^${expected}$`));
  });

  test('long names that begin alike stay apart', () => {
    expect(toEngineName(null, `${long}1`)).not.toBe(toEngineName(null, `${long}2`));
    expect(toEngineName(null, `${long}1`)).toBe(toEngineName(null, `${long}1`));
  });
});
