import { describe, expect, test } from 'vitest';
import { ERROR_SPECS, type GatewayErrorCode } from '../../../../src/core/error-specs.ts';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import { decodeCountRequest, decodeMessagesRequest } from '../../../../src/protocols/anthropic/decode.ts';
import { toAnthropicError } from '../../../../src/protocols/anthropic/error.ts';
import { toStatusWithout422 } from '../../../../src/protocols/status-without-422.ts';
import { decodeModelPage, takeModelPage } from '../../../../src/protocols/anthropic/model-page.ts';
import { toAnthropicModelList } from '../../../../src/protocols/anthropic/models.ts';

const hello = { role: 'user', content: 'Hello' };
const tool = (name: string, rest: object = {}) => ({ name, input_schema: { type: 'object' }, ...rest });
const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const document = (source: object) => user({ type: 'document', source });
const search = { type: 'web_search_20250305', name: 'web_search' };
const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });

const caught = (body: unknown, decode: (body: unknown) => unknown = decodeMessagesRequest): GatewayError => {
  try {
    decode(body);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('The body was accepted.');
};

test.each<[body: unknown, code: string, param: string | null]>([
  [null, 'validation_failed', null],
  [{}, 'validation_failed', 'messages'],
  [{ messages: [] }, 'validation_failed', 'messages'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'validation_failed', 'messages[0].role'],
  [{ messages: [{ role: 'user' }] }, 'validation_failed', 'messages[0].content'],
  [{ messages: [hello], max_tokens: -1 }, 'validation_failed', 'max_tokens'],
  [{ messages: [hello], stream: 'yes' }, 'validation_failed', 'stream'],
  [{ messages: [hello], stop_sequences: 'END' }, 'validation_failed', 'stop_sequences'],
  [
    { messages: [hello], thinking: { type: 'enabled', budget_tokens: 'x' } },
    'validation_failed',
    'thinking.budget_tokens',
  ],
  [user({ type: 'text' }), 'validation_failed', 'messages[0].content[0].text'],
  [user({ type: 'video' }), 'unsupported_value', 'messages[0].content[0].type'],
  [
    user({ type: 'image', source: { type: 'file', file_id: 'f' } }),
    'unsupported_value',
    'messages[0].content[0].source.type',
  ],
  [
    user({ type: 'image', source: { type: 'url', url: 'file:///etc/passwd' } }),
    'invalid_image',
    'messages[0].content[0].source.url',
  ],
  [user({ type: 'tool_result' }), 'validation_failed', 'messages[0].content[0].tool_use_id'],
  [document({ type: 'url', url: 'https://a/b.pdf' }), 'unsupported_value', 'messages[0].content[0].source.type'],
  [document({ type: 'file', file_id: 'f' }), 'unsupported_value', 'messages[0].content[0].source.type'],
  [
    document({ type: 'base64', media_type: 'application/pdf', data: '' }),
    'unsupported_value',
    'messages[0].content[0].source.media_type',
  ],
  [
    document({ type: 'base64', media_type: 'text/plain', data: '/w==' }),
    'unsupported_value',
    'messages[0].content[0].source.data',
  ],
  [{ messages: [hello], tools: [{ name: 'a' }] }, 'validation_failed', 'tools[0].input_schema'],
  [{ messages: [hello], tools: [tool('a b')] }, 'validation_failed', 'tools[0].name'],
  [{ messages: [hello], tools: [tool('a'), tool('a')] }, 'validation_failed', 'tools[1].name'],
  [{ messages: [hello], tools: [{ type: 'function', function: {} }] }, 'unsupported_value', 'tools[0].type'],
  [{ messages: [hello], tools: [{ name: 'a', input_schema: nested(50) }] }, 'invalid_request', 'tools[0].input_schema'],
  [{ messages: [hello], tool_choice: { type: 'any' } }, 'invalid_request', 'tool_choice'],
  [{ messages: [hello], tool_choice: { type: 'required' } }, 'unsupported_value', 'tool_choice.type'],
  [
    { messages: [hello], tools: [tool('a')], tool_choice: { type: 'tool', name: 'b' } },
    'invalid_request',
    'tool_choice.name',
  ],
  [{ messages: [hello], tools: [search], tool_choice: { type: 'any' } }, 'unsupported_tool', 'tool_choice'],
  [
    { messages: [hello], tools: [search, tool('a')], tool_choice: { type: 'tool', name: 'web_search' } },
    'unsupported_tool',
    'tool_choice.name',
  ],
  [{ messages: [hello], compaction: { type: 'summarize' } }, 'unsupported_parameter', 'compaction'],
  [{ messages: [hello], inference_geo: 'us' }, 'unsupported_parameter', 'inference_geo'],
  [
    { messages: [hello, { role: 'system', content: [{ type: 'tool_addition' }] }] },
    'validation_failed',
    'messages[1].content[0].tool',
  ],
  [
    {
      messages: [
        hello,
        {
          role: 'system',
          content: [{ type: 'tool_addition', tool: { type: 'tool_definition', definition: { name: 'a' } } }],
        },
      ],
    },
    'validation_failed',
    'messages[1].content[0].tool.definition.input_schema',
  ],
  [{ messages: [hello], output_config: { format: { type: 'xml' } } }, 'unsupported_value', 'output_config.format.type'],
  [{ messages: [hello], x: nested(200) }, 'invalid_request', null],
  [{ messages: [hello], thread: { type: 'create' } }, 'thread_unsupported_request', 'thread'],
])('%j', (body, code, param) => {
  expect(caught(body)).toMatchObject({ code, param });
});

test.each<[fields: object, param: string]>([
  [{ tools: [tool('a'), search] }, 'tools[1].type'],
  [{ tools: [{ type: 'computer_20250124', name: 'computer' }] }, 'tools[0].type'],
  [{ tools: [{ type: 'mcp_toolset', mcp_server_name: 'a' }] }, 'tools[0].type'],
  [{ mcp_servers: [{ type: 'url', name: 'a', url: 'https://a' }] }, 'mcp_servers'],
  [{ container: 'c' }, 'container'],
])('where such tools are refused, %j is', (fields, param) => {
  const body = { messages: [hello], ...fields };
  expect(caught(body, (sent) => decodeMessagesRequest(sent, 'refuse'))).toMatchObject({
    code: 'unsupported_tool',
    param,
  });
  expect(decodeMessagesRequest(body).ignored).toHaveLength(1);
  expect(decodeCountRequest(body).ignored).toHaveLength(1);
});

test('a thread is refused as clients expect it, in a count too', () => {
  const body = { messages: [hello], thread: { type: 'continue', id: 't' } };
  for (const decode of [decodeMessagesRequest, decodeCountRequest]) {
    const error = caught(body, decode);
    expect(toStatusWithout422(error)).toBe(400);
    expect(toAnthropicError(error, 'r')).toMatchObject({
      error: {
        type: 'invalid_request_error',
        details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
      },
    });
  }
});

test.each<[code: GatewayErrorCode, status: number, type: string]>([
  ['validation_failed', 400, 'invalid_request_error'],
  ['client_token_invalid', 401, 'authentication_error'],
  ['cursor_sign_in_required', 401, 'authentication_error'],
  ['permission_denied', 403, 'permission_error'],
  ['model_not_found', 404, 'not_found_error'],
  ['method_not_allowed', 405, 'invalid_request_error'],
  ['request_timeout', 408, 'timeout_error'],
  ['body_too_large', 413, 'request_too_large'],
  ['too_many_runs', 429, 'rate_limit_error'],
  ['internal_error', 500, 'api_error'],
  ['upstream_error', 502, 'api_error'],
  ['upstream_unavailable', 503, 'overloaded_error'],
  ['timeout', 504, 'timeout_error'],
])('%s is told as %i %s', (code, status, type) => {
  const error = new GatewayError(code, 'No.');
  expect(toStatusWithout422(error)).toBe(status);
  expect(toAnthropicError(error, 'request-1')).toEqual({
    type: 'error',
    error: { type, message: 'No.' },
    request_id: 'request-1',
  });
});

test.each<[error: GatewayError, message: string]>([
  [new GatewayError('context_length_exceeded', 'Too much. Shorten it.'), 'prompt is too long: Too much. Shorten it.'],
  [new GatewayError('context_length_exceeded', 'Prompt is too long. Shorten it.'), 'prompt is too long: Shorten it.'],
  [
    new GatewayError('unsupported_value', 'reasoning_effort: "x" is not supported.', { param: 'reasoning_effort' }),
    'output_config.effort: "x" is not supported.',
  ],
  [
    new GatewayError('model_not_found', 'reasoning_effort is no model.', { param: 'model' }),
    'reasoning_effort is no model.',
  ],
])('the message is in the words that clients of this wire know: %s', (error, message) => {
  expect(toAnthropicError(error, 'r').error.message).toBe(message);
});

test('no mistake of a client is told as one of the server', () => {
  for (const code of Object.keys(ERROR_SPECS) as GatewayErrorCode[]) {
    const error = new GatewayError(code, 'No.');
    const isServers = toStatusWithout422(error) >= 500;
    expect(/api_error|overloaded|timeout/.test(toAnthropicError(error, 'r').error.type)).toBe(
      isServers || code === 'request_timeout',
    );
  }
});

describe('the list of models', () => {
  const toModel = (id: string) => ({ id, displayName: id.toUpperCase(), aliases: [], parameters: [] });
  const models = ['a', 'b', 'c', 'd', 'e'].map(toModel);

  test('has names and dates', () => {
    expect(toAnthropicModelList(models.slice(0, 2), true)).toMatchObject({
      data: [{ type: 'model', id: 'a', display_name: 'A', created_at: expect.stringMatching(/Z$/) }, { id: 'b' }],
      has_more: true,
      first_id: 'a',
      last_id: 'b',
    });
    expect(toAnthropicModelList([], false)).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  test.each<[query: object, ids: string, hasMore: boolean]>([
    [{}, 'abcde', false],
    [{ limit: '2' }, 'ab', true],
    [{ limit: '2', after_id: 'b' }, 'cd', true],
    [{ limit: '2', after_id: 'c' }, 'de', false],
    [{ after_id: 'e' }, '', false],
    [{ limit: '2', before_id: 'e' }, 'cd', true],
    [{ limit: '4', before_id: 'e' }, 'abcd', false],
    [{ before_id: 'a' }, '', false],
    [{ after_id: 'a', before_id: 'd' }, 'bc', false],
    [{ after_id: '', other: 'x' }, 'abcde', false],
  ])('%j', (query, ids, hasMore) => {
    const page = takeModelPage(models, decodeModelPage(query));
    expect({ ids: page.items.map(({ id }) => id).join(''), hasMore: page.hasMore }).toEqual({ ids, hasMore });
  });

  test.each<[query: object, code: string, param: string]>([
    [{ limit: '0' }, 'validation_failed', 'limit'],
    [{ limit: '1001' }, 'validation_failed', 'limit'],
    [{ limit: 'all' }, 'validation_failed', 'limit'],
    [{ after_id: ['a', 'b'] }, 'validation_failed', 'after_id'],
    [{ after_id: 'z' }, 'invalid_request', 'after_id'],
    [{ before_id: 'z' }, 'invalid_request', 'before_id'],
  ])('%j is refused', (query, code, param) => {
    expect(caught(query, (body) => takeModelPage(models, decodeModelPage(body)))).toMatchObject({
      code,
      param,
    });
  });
});
