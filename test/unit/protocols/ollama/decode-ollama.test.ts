import { describe, expect, test } from 'vitest';
import { decodeOllamaChat, decodeOllamaGenerate } from '../../../../src/protocols/ollama/decode.ts';

const hello = { role: 'user', content: 'Hello' };
const png = 'iVBORw0KGgoAAAA';
const text = (value: string) => ({ type: 'text', text: value });
const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
const chat = (fields: object) => decodeOllamaChat({ model: 'm', messages: [hello], ...fields });

describe('chat', () => {
  test.each<[string, object, object]>([
    [
      'what is left out',
      {},
      {
        model: 'm',
        conversation: { systemPrompt: null, messages: [{ role: 'user', content: [text('Hello')] }] },
        tools: [],
        reasoningEffort: null,
        showsThinking: true,
        limits: { stop: [], maxTokens: null, countsReasoning: true },
        format: null,
        isStream: true,
        ignored: [],
      },
    ],
    ['the tag of a name', { model: 'composer-2.5:latest' }, { model: 'composer-2.5' }],
    ['another tag', { model: 'm:7b' }, { model: 'm:7b' }],
    ['no messages', { messages: [] }, { conversation: null }],
    ['no stream', { stream: false }, { isStream: false }],
    ['limits', { options: { stop: ['a', ''], num_predict: 5 } }, { limits: { stop: ['a'], maxTokens: 5 } }],
    ['no limit', { options: { num_predict: -1 } }, { limits: { maxTokens: null } }],
    [
      'what has no effect',
      { keep_alive: '5m', options: { temperature: 0, num_ctx: 4096 } },
      { ignored: ['keep_alive', 'options.temperature', 'options.num_ctx'] },
    ],
    ['any JSON', { format: 'json' }, { format: { type: 'json_object' } }],
    ['no format', { format: '' }, { format: null }],
    [
      'a schema',
      { format: { type: 'object' } },
      { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' } } },
    ],
    ['no thinking', { think: false }, { showsThinking: false, reasoningEffort: 'none' }],
    ['thinking', { think: true }, { showsThinking: true, reasoningEffort: null }],
    ['a level of thinking', { think: 'high' }, { showsThinking: true, reasoningEffort: 'high' }],
    ['the highest level', { think: 'max' }, { reasoningEffort: 'max' }],
    ['tools', { tools: [tool('look')] }, { tools: [{ name: 'look', parameters: { type: 'object' } }] }],
    [
      'images',
      { messages: [{ ...hello, images: [png, `data:image/webp;base64,AA`] }] },
      {
        conversation: {
          messages: [
            {
              content: [
                text('Hello'),
                { type: 'image', url: `data:image/png;base64,${png}`, param: 'messages[0].images[0]' },
                { type: 'image', url: 'data:image/webp;base64,AA', param: 'messages[0].images[1]' },
              ],
            },
          ],
        },
      },
    ],
  ])('reads %s', (_name, fields, decoded) => {
    expect(chat(fields)).toMatchObject(decoded);
  });

  test('results find their calls by id, by name, then by order', () => {
    const call = (name: string, id?: string) => ({ ...(id && { id }), function: { name, arguments: { a: 1 } } });
    const { conversation } = chat({
      messages: [
        hello,
        { role: 'assistant', content: '', tool_calls: [call('one'), call('two'), call('two', 'own'), call('one')] },
        { role: 'tool', content: 'd', tool_call_id: 'own' },
        { role: 'tool', content: 'b', tool_name: 'two' },
        { role: 'tool', content: 'a' },
        { role: 'tool', content: 'c', tool_name: 'one' },
        { role: 'tool', content: 'e' },
      ],
    });
    const [, assistant, ...results] = conversation?.messages ?? [];
    expect(assistant).toMatchObject({
      toolCalls: ['#1', '#2', 'own', '#4'].map((id) => ({ id, arguments: '{"a":1}' })),
    });
    expect(results.map((result) => result.role === 'tool' && result.toolCallId)).toEqual([
      'own',
      '#2',
      '#1',
      '#4',
      '#5',
    ]);
  });

  test.each<[string, object, object]>([
    ['no model', { model: '' }, { code: 'validation_failed', param: 'model' }],
    ['another role', { messages: [{ role: 'x' }] }, { code: 'validation_failed', param: 'messages[0].role' }],
    ['another format', { format: 'xml' }, { code: 'validation_failed', param: 'format' }],
    ['another level', { think: 'much' }, { code: 'validation_failed', param: 'think' }],
    ['logprobs', { logprobs: true }, { code: 'unsupported_parameter', param: 'logprobs' }],
    ['the same tool twice', { tools: [tool('a'), tool('a')] }, { param: 'tools[1].function.name' }],
    ['another tool', { tools: [{ type: 'x' }] }, { code: 'unsupported_value', param: 'tools[0].type' }],
    [
      'what is no image',
      { messages: [{ ...hello, images: ['AAAA'] }] },
      { code: 'invalid_image', param: 'messages[0].images[0]' },
    ],
  ])('refuses %s by name', (_name, fields, error) => {
    expect(() => chat(fields)).toThrow(expect.objectContaining(error));
  });
});

describe('generate', () => {
  test.each<[string, object, object]>([
    [
      'a prompt with its system prompt',
      { prompt: 'Hi', system: 'Be kind.' },
      { conversation: { systemPrompt: 'Be kind.', messages: [{ role: 'user', content: [text('Hi')] }] }, tools: [] },
    ],
    ['no prompt', { prompt: '' }, { conversation: null }],
    [
      'a gap',
      { prompt: 'a', suffix: 'c', system: 'Be kind.' },
      {
        conversation: {
          systemPrompt: expect.stringMatching(/^Be kind\.\n\nFill the gap/),
          messages: [{ content: [text('<text_before>a</text_before>\n<text_after>c</text_after>')] }],
        },
      },
    ],
    ['an image', { images: [png] }, { conversation: { messages: [{ content: [{ param: 'images[0]' }] }] } }],
    ['what has no effect', { prompt: 'a', raw: true, context: [1] }, { ignored: ['raw', 'context'] }],
  ])('reads %s', (_name, fields, decoded) => {
    expect(decodeOllamaGenerate({ model: 'm', ...fields })).toMatchObject(decoded);
  });
});
