import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
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
  ])('$name', ({ messages, systemPrompt, decoded }) => {
    expect(decodeChatRequest({ messages })).toMatchObject({ systemPrompt, messages: decoded });
  });
});

describe('options', () => {
  test.each<[string, object, object]>([
    ['defaults', {}, { model: null, isStream: false, includeUsage: false, ignored: [] }],
    [
      'null stands for absent',
      { model: null, stream: null, n: null, tools: null },
      { model: null, isStream: false, ignored: [] },
    ],
    [
      'a stream with usage',
      { stream: true, stream_options: { include_usage: true } },
      { isStream: true, includeUsage: true },
    ],
    [
      'fields without effect are named in the order they came',
      { temperature: 0, top_p: 1, seed: 7, user: 'me', made_up: {}, logit_bias: null },
      { ignored: ['temperature', 'top_p', 'seed', 'user', 'made_up'] },
    ],
    ['a tool choice without tools', { tool_choice: 'required', function_call: 'auto' }, { ignored: ['tool_choice'] }],
    [
      'values that ask for nothing are accepted silently',
      {
        n: 1,
        tools: [],
        tool_choice: 'auto',
        logprobs: false,
        response_format: { type: 'text' },
        modalities: ['text'],
      },
      { ignored: [] },
    ],
  ])('%s', (_name, fields, expected) => {
    expect(decodeChatRequest({ messages: [hello], ...fields })).toMatchObject(expected);
  });
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
    [{ messages: [hello], n: 2 }, 'unsupported_value', 'n'],
    [{ messages: [hello], tools: [{}] }, 'unsupported_parameter', 'tools'],
    [{ messages: [hello], functions: [{}] }, 'unsupported_parameter', 'functions'],
    [{ messages: [hello], logprobs: true }, 'unsupported_parameter', 'logprobs'],
    [{ messages: [hello], top_logprobs: 2 }, 'unsupported_parameter', 'top_logprobs'],
    [{ messages: [hello], audio: { voice: 'alloy' } }, 'unsupported_parameter', 'audio'],
    [{ messages: [hello], modalities: ['text', 'audio'] }, 'unsupported_value', 'modalities'],
    [{ messages: [hello], response_format: { type: 'json_object' } }, 'unsupported_value', 'response_format.type'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }] },
      'unsupported_value',
      'messages[0].content[0].type',
    ],
  ])('%j', (body, code, param) => {
    const error = caught(body);
    expect({ code: error.code, param: error.param }).toEqual({ code, param });
    expect(error.message).toMatch(/\.$/);
    if (param !== null) expect(error.message).toContain(param);
  });
});
