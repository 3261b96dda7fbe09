import { describe, expect, test } from 'vitest';
import { decodeOllamaChat, decodeOllamaGenerate } from '../../../../src/protocols/ollama/decode.ts';

const hello = { role: 'user', content: 'Hello' };
const png = 'iVBORw0KGgoAAAA';
const text = (value: string) => ({ type: 'text', text: value });
const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
const toNested = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const chat = (fields: object) => decodeOllamaChat({ model: 'm', messages: [hello], ...fields });

describe('chat', () => {
  test.each<[string, object, object]>([
    [
      'what is left out',
      {},
      {
        model: 'm',
        name: 'm',
        conversation: { systemPrompt: null, messages: [{ role: 'user', content: [text('Hello')] }] },
        tools: [],
        reasoningEffort: null,
        showsThinking: true,
        limits: { stop: [], maxTokens: null, countsReasoning: true },
        format: null,
        isStream: true,
        keepMs: null,
        ignored: [],
      },
    ],
    ['the tag of a name', { model: 'composer-2.5:latest' }, { model: 'composer-2.5', name: 'composer-2.5:latest' }],
    ['another tag', { model: 'm:7b' }, { model: 'm:7b' }],
    ['no messages', { messages: [] }, { conversation: null }],
    ['no stream', { stream: false }, { isStream: false }],
    ['limits', { options: { stop: ['a', ''], num_predict: 5 } }, { limits: { stop: ['a'], maxTokens: 5 } }],
    ['no limit', { options: { num_predict: -1 } }, { limits: { maxTokens: null } }],
    ['no limit either', { options: { num_predict: 0 } }, { limits: { maxTokens: null } }],
    ['a broken limit', { options: { num_predict: 7.9 } }, { limits: { maxTokens: 7 } }],
    ['one stop sequence', { options: { stop: 'a' } }, { limits: { stop: ['a'] } }],
    ['no options', { options: null, tools: null, format: null, think: null }, { limits: { stop: [] }, ignored: [] }],
    [
      'what has no effect',
      { truncate: true, top_logprobs: 2, template: null, options: { temperature: 0, num_ctx: 4096, seed: null } },
      { ignored: ['truncate', 'top_logprobs', 'options.temperature', 'options.num_ctx'] },
    ],
    ['how long a model is kept', { keep_alive: '1h' }, { keepMs: 3_600_000, ignored: [] }],
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
    [
      'other names of roles',
      {
        messages: [
          { role: 'developer', content: 'Be kind.' },
          { role: 'User', content: 'Hi' },
        ],
      },
      { conversation: { systemPrompt: 'Be kind.', messages: [{ role: 'user', content: [text('Hi')] }] } },
    ],
    ['tools', { tools: [tool('look')] }, { tools: [{ name: 'look', parameters: { type: 'object' } }] }],
    [
      'images',
      { messages: [{ ...hello, images: [`iVBORw0KG\ngoAAAA\r\n`, `data:image/webp;base64,AA`] }] },
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
    ['a time that is none', { keep_alive: 'soon' }, { code: 'validation_failed', param: 'keep_alive' }],
    ['logprobs', { logprobs: true }, { code: 'unsupported_parameter', param: 'logprobs' }],
    ['the same tool twice', { tools: [tool('a'), tool('a')] }, { param: 'tools[1].function.name' }],
    ['another tool', { tools: [{ type: 'x' }] }, { code: 'unsupported_value', param: 'tools[0].type' }],
    [
      'arguments that are nested too deep',
      {
        messages: [
          hello,
          { role: 'assistant', tool_calls: [{ function: { name: 'a', arguments: JSON.parse(toNested(101)) } }] },
        ],
      },
      { code: 'invalid_request', param: 'messages[1].tool_calls[0].function.arguments' },
    ],
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
    [
      'what has no effect',
      { prompt: 'a', raw: true, context: [1], template: '{{ .Prompt }}' },
      { ignored: ['raw', 'context', 'template'] },
    ],
    [
      'all the rest as in a chat',
      { prompt: 'a', think: 'low', format: 'json', keep_alive: 0, options: { num_predict: 3 }, stream: false },
      { reasoningEffort: 'low', format: { type: 'json_object' }, keepMs: 0, limits: { maxTokens: 3 }, isStream: false },
    ],
  ])('reads %s', (_name, fields, decoded) => {
    expect(decodeOllamaGenerate({ model: 'm', ...fields })).toMatchObject(decoded);
  });
});
