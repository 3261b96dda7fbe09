import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { decodeChatRequest } from '../../../src/protocols/openai-chat/decode.ts';

const hello = { role: 'user', content: 'Hello' };
const tool = (name: string, rest: object = {}) => ({ type: 'function', function: { name, ...rest } });
const format = (schema: object) => ({ type: 'json_schema', json_schema: { name: 'a', schema } });
const nested = (levels: number, wrap = (inner: object): object => ({ not: inner })): object => {
  let schema = {};
  for (let level = 1; level < levels; level += 1) schema = wrap(schema);
  return schema;
};
const image = (url: unknown, role = 'user') => ({
  messages: [{ role, content: [{ type: 'image_url', image_url: { url } }] }],
});

describe('refusals', () => {
  const caught = (body: unknown): GatewayError => {
    try {
      decodeChatRequest(body);
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
    throw new Error('The body was accepted.');
  };

  test.each<[body: unknown, code: string, param: string | null]>([
    [null, 'validation_failed', null],
    ['text', 'validation_failed', null],
    [[], 'validation_failed', null],
    [{}, 'validation_failed', 'messages'],
    [{ messages: [] }, 'validation_failed', 'messages'],
    [{ messages: 'hi' }, 'validation_failed', 'messages'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'validation_failed', 'messages[0].role'],
    [{ messages: [{ content: 'x' }] }, 'validation_failed', 'messages[0].role'],
    [{ messages: [hello, { role: 'user' }] }, 'validation_failed', 'messages[1].content'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'validation_failed', 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'validation_failed', 'messages[0].content[0].type'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'validation_failed', 'messages[0].content[0].text'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'validation_failed', 'messages[0].tool_call_id'],
    [{ messages: [hello], stream: 'yes' }, 'validation_failed', 'stream'],
    [{ messages: [hello], model: 5 }, 'validation_failed', 'model'],
    [{ messages: [hello], n: 0 }, 'validation_failed', 'n'],
    [{ messages: [hello], n: 9 }, 'unsupported_value', 'n'],
    [{ messages: [hello], n: 1.5 }, 'validation_failed', 'n'],
    [{ messages: [hello], stop: ['a', 'b', 'c', 'd', 'e'] }, 'validation_failed', 'stop'],
    [{ messages: [hello], stop: [1] }, 'validation_failed', 'stop[0]'],
    [{ messages: [hello], stop: 'x'.repeat(1001) }, 'validation_failed', 'stop'],
    [{ messages: [hello], stop: ['a', 'x'.repeat(1001)] }, 'validation_failed', 'stop[1]'],
    [{ messages: [hello], max_tokens: 0 }, 'validation_failed', 'max_tokens'],
    [{ messages: [hello], max_completion_tokens: -1 }, 'validation_failed', 'max_completion_tokens'],
    [{ messages: [hello], reasoning_effort: 1 }, 'validation_failed', 'reasoning_effort'],
    [{ messages: [hello], cursor_params: 'fast' }, 'validation_failed', 'cursor_params'],
    [{ messages: [hello], cursor_params: { fast: null } }, 'validation_failed', 'cursor_params.fast'],
    [{ messages: [hello], cursor_params: [{ id: 'fast' }] }, 'validation_failed', 'cursor_params[0].value'],
    [{ messages: [hello], tools: {} }, 'validation_failed', 'tools'],
    [{ messages: [hello], tools: [{}] }, 'validation_failed', 'tools[0].function'],
    [{ messages: [hello], tools: [tool('a'), { type: 'custom', custom: {} }] }, 'unsupported_value', 'tools[1].type'],
    [{ messages: [hello], tools: [tool('a b')] }, 'validation_failed', 'tools[0].function.name'],
    [{ messages: [hello], tools: [tool('')] }, 'validation_failed', 'tools[0].function.name'],
    [{ messages: [hello], tools: [tool('x'.repeat(65))] }, 'validation_failed', 'tools[0].function.name'],
    [{ messages: [hello], tools: [tool('a'), tool('a')] }, 'validation_failed', 'tools[1].function.name'],
    [
      { messages: [hello], tools: [tool('a', { parameters: [] })] },
      'validation_failed',
      'tools[0].function.parameters',
    ],
    [
      { messages: [hello], tools: [tool('a', { parameters: { type: 'string' } })] },
      'validation_failed',
      'tools[0].function.parameters.type',
    ],
    [{ messages: [hello], tools: Array.from({ length: 129 }, (_, i) => tool(`t${i}`)) }, 'unsupported_value', 'tools'],
    [{ messages: [hello], tool_choice: 'required' }, 'invalid_request', 'tool_choice'],
    [{ messages: [hello], tool_choice: 'any' }, 'validation_failed', 'tool_choice'],
    [{ messages: [hello], tool_choice: tool('a') }, 'invalid_request', 'tool_choice.function.name'],
    [{ messages: [hello], tools: [tool('a')], tool_choice: tool('b') }, 'invalid_request', 'tool_choice.function.name'],
    [
      { messages: [hello], tools: [tool('a')], tool_choice: { type: 'function' } },
      'validation_failed',
      'tool_choice.function',
    ],
    [
      { messages: [hello], tools: [tool('a')], tool_choice: { type: 'custom' } },
      'unsupported_value',
      'tool_choice.type',
    ],
    [
      {
        messages: [hello],
        tools: [tool('a')],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [tool('a'), tool('b')] } },
      },
      'invalid_request',
      'tool_choice.allowed_tools.tools[1].function.name',
    ],
    [
      {
        messages: [hello],
        tools: [tool('a')],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'mcp' }] } },
      },
      'unsupported_value',
      'tool_choice.allowed_tools.tools[0].type',
    ],
    [{ messages: [hello], parallel_tool_calls: 'no' }, 'validation_failed', 'parallel_tool_calls'],
    [{ messages: [hello], functions: [{}] }, 'validation_failed', 'functions[0].name'],
    [{ messages: [hello], functions: [{ name: 'a' }, { name: 'a' }] }, 'validation_failed', 'functions[1].name'],
    [{ messages: [hello], functions: [{ name: 'a' }], tools: [tool('a')] }, 'invalid_request', 'functions'],
    [{ messages: [hello], function_call: { name: 'a' } }, 'invalid_request', 'function_call.name'],
    [
      { messages: [hello], functions: [{ name: 'a' }], function_call: { name: 'b' } },
      'invalid_request',
      'function_call.name',
    ],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: {} }] }] },
      'unsupported_value',
      'messages[0].tool_calls[0].type',
    ],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'a' } }] }] },
      'validation_failed',
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ messages: [{ role: 'function', content: 'x' }] }, 'validation_failed', 'messages[0].name'],
    [{ messages: [hello], response_format: { type: 'grammar' } }, 'unsupported_value', 'response_format.type'],
    [{ messages: [hello], response_format: {} }, 'validation_failed', 'response_format.type'],
    [
      { messages: [hello], response_format: { type: 'json_schema' } },
      'validation_failed',
      'response_format.json_schema',
    ],
    [
      { messages: [hello], response_format: { type: 'json_schema', json_schema: { name: 'a' } } },
      'invalid_request',
      'response_format.json_schema.schema',
    ],
    [
      { messages: [hello], response_format: { type: 'json_schema', json_schema: { name: 'a', schema: [] } } },
      'validation_failed',
      'response_format.json_schema.schema',
    ],
    [
      { messages: [hello], response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } },
      'validation_failed',
      'response_format.json_schema.name',
    ],
    [{ messages: [hello], logprobs: true }, 'unsupported_parameter', 'logprobs'],
    [{ messages: [hello], top_logprobs: 2 }, 'unsupported_parameter', 'top_logprobs'],
    [{ messages: [hello], audio: { voice: 'alloy' } }, 'unsupported_parameter', 'audio'],
    [{ messages: [hello], modalities: ['text', 'audio'] }, 'unsupported_parameter', 'modalities'],
    ...['http://example.com/a.png', 'file:///etc/passwd', 'a.png', ''].map((url): [object, string, string] => [
      image(url),
      'invalid_image',
      'messages[0].content[0].image_url.url',
    ]),
    [image(5), 'validation_failed', 'messages[0].content[0].image_url.url'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'data:,' }] }] },
      'validation_failed',
      'messages[0].content[0].image_url',
    ],
    [image('data:,', 'system'), 'unsupported_value', 'messages[0].content[0].type'],
    [image('data:,', 'assistant'), 'unsupported_value', 'messages[0].content[0].type'],
    ...['input_audio', 'file', 'video_url'].map((type): [object, string, string] => [
      { messages: [{ role: 'user', content: [{ type, [type]: {} }] }] },
      'unsupported_value',
      'messages[0].content[0].type',
    ]),
  ])('%j', (body, code, param) => {
    const error = caught(body);
    expect({ code: error.code, param: error.param }).toEqual({ code, param });
    expect(error.message).toMatch(/\.$/);
    if (param !== null) expect(error.message).toContain(param);
  });

  describe.each<[place: string, param: string, toBody: (schema: object) => object]>([
    ['tools', 'tools[0].function.parameters', (parameters) => ({ tools: [tool('a', { parameters })] })],
    ['functions', 'functions[0].parameters', (parameters) => ({ functions: [{ name: 'a', parameters }] })],
    ['a format', 'response_format.json_schema.schema', (schema) => ({ response_format: format(schema) })],
  ])('schemas of %s', (_place, param, toBody) => {
    const body = (schema: object) => ({ messages: [hello], ...toBody(schema) });

    test.each<[what: string, schema: object]>([
      ['41 levels of objects', nested(41)],
      ['41 levels of arrays', { enum: nested(40, (inner) => [inner]) }],
      ['100 000 levels', nested(100_000)],
      ['41 levels beside others', { properties: { a: {}, b: nested(39), c: {} }, type: 'object' }],
    ])('%s are too deep', (_what, schema) => {
      const error = caught(body(schema));
      expect(error).toMatchObject({ code: 'invalid_request', param });
      expect(error.message).toBe(`${param}: it is nested more than 40 levels deep.`);
    });

    test.each<[what: string, schema: object]>([
      ['40 levels of objects', nested(40)],
      ['40 levels of arrays', { enum: nested(39, (inner) => [inner]) }],
      ['many parts', { properties: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, {}])) }],
    ])('%s are not', (_what, schema) => {
      expect(() => decodeChatRequest(body(schema))).not.toThrow();
    });
  });
});
