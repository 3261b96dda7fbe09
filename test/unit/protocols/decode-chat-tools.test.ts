import { describe, expect, test } from 'vitest';
import { decodeChatRequest } from '../../../src/protocols/openai-chat/decode.ts';

const hello = { role: 'user', content: 'Hello' };
const tool = (name: string, rest: object = {}) => ({ type: 'function', function: { name, ...rest } });
const empty = { type: 'object', properties: {} };
const decoded = (name: string) => ({ name, description: null, parameters: empty });

describe('tools', () => {
  const parameters = {
    type: 'object',
    properties: { a: { type: 'string', pattern: '^x' } },
    additionalProperties: false,
  };

  test.each<[string, object, object]>([
    [
      'a definition',
      { tools: [tool('add', { description: 'Adds.', parameters, strict: true })] },
      {
        tools: [{ name: 'add', description: 'Adds.', parameters }],
        toolChoice: 'auto',
        parallelToolCalls: true,
        usesLegacyFunctions: false,
        ignored: [],
      },
    ],
    [
      'parameters left out, null or empty',
      { tools: [tool('a'), tool('b', { parameters: null }), tool('c', { parameters: {}, description: null })] },
      { tools: [decoded('a'), decoded('b'), decoded('c')] },
    ],
    [
      'parameters that leave out their type',
      { tools: [tool('a', { parameters: { properties: { b: {} } } })] },
      { tools: [{ name: 'a', parameters: { type: 'object', properties: { b: {} } } }] },
    ],
    ['a type left out', { tools: [{ function: { name: 'a' } }] }, { tools: [decoded('a')] }],
    [
      'every character of the grammar, up to the longest name',
      { tools: [tool('aZ09_-'), tool('x'.repeat(64))] },
      { tools: [{ name: 'aZ09_-' }, { name: 'x'.repeat(64) }] },
    ],
    ['no calls', { tools: [tool('a')], tool_choice: 'none' }, { tools: [decoded('a')], toolChoice: 'none' }],
    ['a call', { tools: [tool('a')], tool_choice: 'required' }, { toolChoice: 'required', ignored: [] }],
    ['a named call', { tools: [tool('a'), tool('b')], tool_choice: tool('b') }, { toolChoice: { name: 'b' } }],
    [
      'allowed tools leave out the others, in the order of the definitions',
      {
        tools: [tool('a'), tool('b'), tool('c')],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [tool('c'), tool('a')] } },
      },
      { tools: [decoded('a'), decoded('c')], toolChoice: 'required' },
    ],
    [
      'one call at a time',
      { tools: [tool('a')], parallel_tool_calls: false },
      { parallelToolCalls: false, ignored: [] },
    ],
    [
      'legacy functions',
      { functions: [{ name: 'a' }, { name: 'b', description: 'B.', parameters }], function_call: 'auto' },
      {
        tools: [decoded('a'), { name: 'b', description: 'B.', parameters }],
        toolChoice: 'auto',
        parallelToolCalls: false,
        usesLegacyFunctions: true,
        ignored: [],
      },
    ],
    [
      'a named legacy function',
      { functions: [{ name: 'a' }], function_call: { name: 'a' } },
      { toolChoice: { name: 'a' }, usesLegacyFunctions: true },
    ],
    [
      'legacy functions that may not be called',
      { functions: [{ name: 'a' }], function_call: 'none' },
      { tools: [decoded('a')], toolChoice: 'none' },
    ],
  ])('%s', (_name, fields, expected) => {
    expect(decodeChatRequest({ messages: [hello], ...fields })).toMatchObject(expected);
  });

  test('128 tools with 300 KB of schema', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 24 }, (_, index) => [`field_${index}`, { type: 'string', description: 'x'.repeat(60) }]),
    );
    const tools = Array.from({ length: 128 }, (_, index) =>
      tool(`tool_${index}`, { parameters: { type: 'object', properties } }),
    );
    const body = JSON.stringify({ messages: [hello], tools });
    expect(body.length).toBeGreaterThan(300_000);
    const { tools: all } = decodeChatRequest(JSON.parse(body));
    expect(all).toHaveLength(128);
    expect(all[127]).toEqual({ name: 'tool_127', description: null, parameters: { type: 'object', properties } });
  });
});
