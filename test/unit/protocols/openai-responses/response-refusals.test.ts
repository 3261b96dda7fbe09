import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import { decodeResponseRequest } from '../../../../src/protocols/openai-responses/decode.ts';

const caught = (body: unknown): GatewayError => {
  try {
    decodeResponseRequest(body);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('The body was accepted.');
};
const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64');
const format = (value: unknown) => ({ text: { format: value } });
const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

test.each<[body: unknown, code: string, param: string | null, says: RegExp]>([
  [null, 'validation_failed', null, /JSON object/],
  [[], 'validation_failed', null, /JSON object/],
  [{ input: 5 }, 'validation_failed', 'input', /a string or an array of items/],
  [{ model: 5 }, 'validation_failed', 'model', /string/],
  [{ instructions: [] }, 'validation_failed', 'instructions', /string/],
  [{ stream: 'yes' }, 'validation_failed', 'stream', /boolean/],
  [{ conversation: 5 }, 'validation_failed', 'conversation', /an id/],
  [{ conversation: {} }, 'validation_failed', 'conversation.id', /string/],
  [{ input: 'x', conversation: 'conv_1', store: false }, 'invalid_request', 'conversation', /Leave store out/],
  [{ max_output_tokens: 0 }, 'validation_failed', 'max_output_tokens', /1/],
  [{ max_tool_calls: 0.5 }, 'validation_failed', 'max_tool_calls', /int/],
  [{ temperature: 3 }, 'validation_failed', 'temperature', /2/],
  [{ top_p: -1 }, 'validation_failed', 'top_p', /0/],
  [{ truncation: 'left' }, 'validation_failed', 'truncation', /auto/],
  [{ text: { verbosity: 'mute' } }, 'validation_failed', 'text.verbosity', /low/],
  [{ reasoning: { summary: 'long' } }, 'validation_failed', 'reasoning.summary', /concise/],
  [{ reasoning: { effort: 1 } }, 'validation_failed', 'reasoning.effort', /string/],
  [{ tools: {} }, 'validation_failed', 'tools', /array/],
  [{ tools: [{ name: 'a' }] }, 'validation_failed', 'tools[0].type', /type of the tool/],
  [{ include: 'all' }, 'validation_failed', 'include', /array/],
  [{ safety_identifier: 'x'.repeat(65) }, 'validation_failed', 'safety_identifier', /64/],
  [{ metadata: { a: 1 } }, 'validation_failed', 'metadata.a', /string/],
  [{ metadata: { a: 'x'.repeat(513) } }, 'validation_failed', 'metadata.a', /512/],
  [{ metadata: { ['x'.repeat(65)]: 'v' } }, 'validation_failed', 'metadata', /keys of at most 64 characters/],
  [{ metadata: pairs(17) }, 'validation_failed', 'metadata', /16/],
  [{ cursor_params: { fast: null } }, 'validation_failed', 'cursor_params.fast', /boolean/],
  [{ top_logprobs: 2 }, 'unsupported_parameter', 'top_logprobs', /probabilities/],
  [{ include: ['message.output_text.logprobs'] }, 'unsupported_parameter', 'include', /Leave .* out/],
  [{ prompt: { id: 'pmpt_1' } }, 'unsupported_parameter', 'prompt', /instructions and input/],
  [{ previous_response_id: 'a', conversation: 'b' }, 'invalid_request', 'previous_response_id', /not both/],
  [{ background: true, store: false }, 'invalid_request', 'background', /"store": true/],
  [format({}), 'validation_failed', 'text.format.type', /string/],
  [format({ type: 'xml' }), 'unsupported_value', 'text.format.type', /"json_schema"/],
  [format({ type: 'json_schema', name: 'a' }), 'invalid_request', 'text.format.schema', /Send the schema/],
  [format({ type: 'json_schema', schema: {} }), 'validation_failed', 'text.format.name', /string/],
  [format({ type: 'json_schema', name: 'a b', schema: {} }), 'validation_failed', 'text.format.name', /1 to 64/],
])('%j', (body, code, param, says) => {
  const error = caught(body);
  expect(error).toMatchObject({ code, param });
  expect(error.message).toMatch(says);
});

describe('a field that the response repeats is of no other type', () => {
  test.each<[param: string, toBody: (value: unknown) => object, right: readonly string[]]>([
    ...[
      'background boolean',
      'frequency_penalty number',
      'instructions string',
      'max_output_tokens number',
      'max_tool_calls number',
      'metadata object',
      'parallel_tool_calls boolean',
      'presence_penalty number',
      'previous_response_id string',
      'prompt_cache_key string',
      'reasoning object',
      'safety_identifier string',
      'store boolean',
      'temperature number',
      'text object',
      'tools array',
      'top_logprobs number',
      'top_p number',
      'truncation enum',
      'user string',
    ].map((row): [string, (value: unknown) => object, string[]] => {
      const [field = '', ...types] = row.split(' ');
      return [field, (value) => ({ [field]: value }), types];
    }),
    ['conversation', (conversation) => ({ conversation }), ['string', 'object']],
    ['conversation.id', (id) => ({ conversation: { id } }), ['string']],
    ['metadata.a', (a) => ({ metadata: { a } }), ['string']],
    ['reasoning.effort', (effort) => ({ reasoning: { effort } }), ['string']],
    ['reasoning.summary', (summary) => ({ reasoning: { summary } }), []],
    ['reasoning.generate_summary', (summary) => ({ reasoning: { generate_summary: summary } }), []],
    ['text.verbosity', (verbosity) => ({ text: { verbosity } }), []],
    ['text.format', (value) => format(value), ['object']],
    ['text.format.type', (type) => format({ type }), ['string']],
    ['text.format.name', (name) => format({ type: 'json_schema', schema: {}, name }), []],
    [
      'text.format.description',
      (description) => format({ type: 'json_schema', name: 'a', schema: {}, description }),
      ['string'],
    ],
    ['text.format.strict', (strict) => format({ type: 'json_schema', name: 'a', schema: {}, strict }), ['boolean']],
    ['text.format.schema', (schema) => format({ type: 'json_schema', name: 'a', schema }), ['object']],
    ['tools[0].type', (type) => ({ tools: [{ type }] }), ['string']],
    ['tools[0].defer_loading', (value) => ({ tools: [{ type: 'function', defer_loading: value }] }), ['boolean']],
    ['tools[0].output_schema', (value) => ({ tools: [{ type: 'function', output_schema: value }] }), ['object']],
    ['tools[0].allowed_callers', (value) => ({ tools: [{ type: 'function', allowed_callers: value }] }), ['array']],
  ])('%s', (param, toBody, right) => {
    const wrong = Object.entries(VALUES).filter(([type]) => !right.includes(type));
    for (const [, value] of wrong) {
      expect(caught(toBody(value)), JSON.stringify(value)).toMatchObject({ code: 'validation_failed', param });
    }
  });

  const VALUES = { string: 'wrong things', number: 0.5, boolean: true, array: ['a'], object: { zzz: 5 } };
});

test.each<[item: unknown, code: string, param: string, says: RegExp]>([
  ['Hello', 'validation_failed', 'input[1]', /expected an object/],
  [{}, 'validation_failed', 'input[1].type', /such as "message"/],
  [{ type: 'dream' }, 'unsupported_value', 'input[1].type', /"dream" items are not supported/],
  [{ type: 5 }, 'validation_failed', 'input[1].type', /string/],
  [{ role: 'robot', content: 'x' }, 'validation_failed', 'input[1].role', /developer/],
  [{ role: 'user' }, 'validation_failed', 'input[1].content', /a string or an array of parts/],
  [{ role: 'user', content: [{}] }, 'validation_failed', 'input[1].content[0].type', /string/],
  [{ type: 'function_call', name: 'a', arguments: '{}' }, 'validation_failed', 'input[1].call_id', /id of the call/],
  [
    { type: 'function_call', call_id: 'c', name: 'a', arguments: {} },
    'validation_failed',
    'input[1].arguments',
    /string/,
  ],
  [{ type: 'function_call', call_id: 'c', arguments: '' }, 'validation_failed', 'input[1].name', /string/],
  [{ type: 'custom_tool_call', call_id: 'c', name: 'a' }, 'validation_failed', 'input[1].input', /string/],
  [{ type: 'function_call_output', output: 'x' }, 'validation_failed', 'input[1].call_id', /id of the call/],
  [{ type: 'function_call_output', call_id: 'c' }, 'validation_failed', 'input[1].output', /a string or an array/],
  [{ type: 'custom_tool_call_output', call_id: 'c', output: {} }, 'validation_failed', 'input[1].output', /a string/],
  [{ type: 'reasoning', summary: 'x' }, 'validation_failed', 'input[1].summary', /array/],
  [{ type: 'item_reference' }, 'validation_failed', 'input[1].id', /string/],
  [{ type: 'compaction' }, 'validation_failed', 'input[1].encrypted_content', /string/],
  [{ type: 'additional_tools', tools: [{ type: 'x' }] }, 'unsupported_value', 'input[1].tools[0].type', /"x"/],
  [
    { type: 'additional_tools', tools: [{ type: 'function' }] },
    'validation_failed',
    'input[1].tools[0].name',
    /1 to 128/,
  ],
  [
    { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_audio' }] },
    'unsupported_value',
    'input[1].output[0].type',
    /"input_audio"/,
  ],
])('an item %j', (item, code, param, says) => {
  const error = caught({ input: [{ role: 'user', content: 'x' }, item] });
  expect(error).toMatchObject({ code, param });
  expect(error.message).toMatch(says);
});

const pdf = base64('%PDF-1.7');
test.each<[role: string, part: object, code: string, field: string, says: RegExp]>([
  ['user', { type: 'input_audio' }, 'unsupported_value', 'type', /Send input_text, input_image or input_file/],
  ['user', { type: 'input_text' }, 'validation_failed', 'text', /string/],
  ['user', { type: 'input_image' }, 'validation_failed', 'image_url', /data: or an https:/],
  ['user', { type: 'input_image', image_url: { url: 'x' } }, 'validation_failed', 'image_url', /as a string/],
  ['user', { type: 'input_image', image_url: 'http://a.example/b.png' }, 'invalid_image', 'image_url', /https:/],
  ['user', { type: 'input_image', file_id: 'file_1' }, 'unsupported_value', 'file_id', /in image_url/],
  ['user', { type: 'input_image', image_url: 'data:,', detail: 'x' }, 'validation_failed', 'detail', /low/],
  ['system', { type: 'input_image', image_url: 'data:,' }, 'unsupported_value', 'type', /input_text or input_file/],
  ['assistant', { type: 'input_image', image_url: 'data:,' }, 'unsupported_value', 'type', /output_text/],
  [
    'assistant',
    { type: 'input_file', file_data: 'eA==', filename: 'a.txt' },
    'unsupported_value',
    'type',
    /output_text/,
  ],
  ['user', { type: 'input_file' }, 'validation_failed', 'file_data', /Send the file in file_data/],
  ['user', { type: 'input_file', file_id: 'file_1' }, 'unsupported_value', 'file_id', /Send the file in file_data/],
  ['user', { type: 'input_file', file_url: 'https://a.example' }, 'unsupported_value', 'file_url', /fetches no files/],
  [
    'user',
    { type: 'input_file', filename: 'a.pdf', file_data: pdf },
    'unsupported_value',
    'file_data',
    /"a.pdf".*Send its text/,
  ],
  [
    'user',
    { type: 'input_file', file_data: `data:application/pdf;base64,${pdf}` },
    'unsupported_value',
    'file_data',
    /"application\/pdf"/,
  ],
  [
    'user',
    {
      type: 'input_file',
      file_data: `data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,${pdf}`,
    },
    'unsupported_value',
    'file_data',
    /no text file/,
  ],
  ['user', { type: 'input_file', file_data: pdf }, 'unsupported_value', 'file_data', /a file without a name/],
  ['user', { type: 'input_file', filename: 'a.txt', file_data: 'YWJjZ' }, 'validation_failed', 'file_data', /base64/],
  ['user', { type: 'input_file', filename: 'a.txt', file_data: '!' }, 'validation_failed', 'file_data', /base64/],
  [
    'user',
    { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain,%' },
    'validation_failed',
    'file_data',
    /base64/,
  ],
  [
    'user',
    { type: 'input_file', filename: 'a.txt', file_data: base64(Buffer.from([0xff, 0xfe])) },
    'unsupported_value',
    'file_data',
    /UTF-8/,
  ],
])('a part of the %s %j', (role, part, code, field, says) => {
  const error = caught({ input: [{ role, content: [{ type: 'input_text', text: 'x' }, part] }] });
  expect(error).toMatchObject({ code, param: `input[0].content[1].${field}` });
  expect(error.message).toMatch(says);
});
