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
        toolNames: new Map(),
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
    [
      'no thinking, which then takes no room',
      { think: false },
      { showsThinking: false, reasoningEffort: 'none', limits: { countsReasoning: false } },
    ],
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
    [
      'a hundred stop sequences',
      { options: { stop: Array.from({ length: 100 }, (_, index) => `<${index}>`) } },
      { limits: { stop: expect.arrayContaining(['<0>', '<99>']) } },
    ],
    [
      'what has no effect in messages, each once',
      {
        messages: [
          hello,
          { role: 'assistant', content: 'Hi', thinking: 'Hm.' },
          { ...hello, thinking: 'Hm.', name: 'Ann' },
        ],
        seed: 1,
        options: { seed: 1 },
      },
      { ignored: ['seed', 'messages.thinking', 'messages.name', 'options.seed'] },
    ],
    [
      'tools of any name',
      {
        tools: [tool('web.search'), tool('n'.repeat(200))],
        messages: [hello, { role: 'assistant', tool_calls: [{ function: { name: 'web.search' } }] }],
      },
      {
        tools: [{ name: 'web_search' }, { name: expect.stringMatching(/^n{55}_[0-9a-f]{8}$/) }],
        toolNames: new Map([
          ['web_search', 'web.search'],
          [expect.stringMatching(/^n{55}_/), 'n'.repeat(200)],
        ]),
        conversation: { messages: [{}, { toolCalls: [{ name: 'web_search' }] }] },
      },
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

  const call = (name: string, id?: string) => ({ ...(id && { id }), function: { name, arguments: { a: 1 } } });
  const answer = (...calls: object[]) => ({ role: 'assistant', content: '', tool_calls: calls });
  const result = (fields: object) => ({ role: 'tool', content: 'r', ...fields });
  const byName = (name: string) => result({ tool_name: name });
  const byId = (id: string) => result({ tool_call_id: id });

  /** The ids of the calls of the last answer, and those that the results behind it have. */
  const pair = (messages: readonly object[]) => {
    const decoded = chat({ messages: [hello, ...messages] }).conversation?.messages ?? [];
    return decoded.flatMap((message): readonly string[] => {
      if (message.role === 'assistant') return [`(${message.toolCalls.map(({ id }) => id).join(' ')})`];
      return message.role === 'tool' ? [message.toolCallId] : [];
    });
  };

  test.each<[what: string, messages: readonly object[], ids: string]>([
    [
      'by name, then by order',
      [
        answer(call('one'), call('two'), call('two'), call('one')),
        byName('two'),
        result({}),
        byName('one'),
        result({}),
        result({}),
      ],
      '(#1 #2 #3 #4) #2 #1 #4 #3 #5',
    ],
    [
      'by the ids that they were told by',
      [answer(call('a', 'cursor_x'), call('b', 'cursor_y')), byId('cursor_y'), byId('cursor_x')],
      '(x y) y x',
    ],
    [
      'by the name, where calls alone have ids',
      [answer(call('a', 'cursor_x'), call('b', 'cursor_y')), byName('b'), result({})],
      '(x y) y x',
    ],
    [
      'by ids of the client’s own',
      [answer(call('a', 'u-1'), call('a', 'u-2')), byId('u-2'), byId('u-1')],
      '(#1 #2) #2 #1',
    ],
    [
      'by ids that are there twice',
      [answer(call('a', 'u'), call('a', 'u')), byId('u'), byId('u'), byId('u')],
      '(#1 #2) #1 #2 #3',
    ],
    [
      'by order, where results alone have ids',
      [answer(call('a'), call('b')), byId('u-1'), byId('u-2')],
      '(#1 #2) #1 #2',
    ],
    [
      'by name, where results alone have ids',
      [answer(call('a'), call('b')), { ...byId('u-1'), tool_name: 'b' }, byId('u-2')],
      '(#1 #2) #2 #1',
    ],
    ['never by an id that another call has', [answer(call('a', 'u-1')), byId('u-2'), byId('u-1')], '(#1) #2 #1'],
    [
      'by an id whose call is not there',
      [answer(call('a', 'cursor_x')), byId('cursor_gone'), byId('cursor_x')],
      '(x) gone x',
    ],
    ['after the last answer alone', [answer(call('a')), hello, answer(call('a')), byName('a')], '(#1) (#2) #2'],
    [
      'of an answer in several messages',
      [answer(call('a')), answer(call('b')), result({}), result({})],
      '(#1) (#2) #1 #2',
    ],
  ])('results find their calls %s', (_what, messages, ids) => {
    expect(pair(messages).join(' ')).toBe(ids);
  });

  test.each<[what: string, toMessages: (count: number) => readonly object[]]>([
    [
      'of one name',
      (count) => [answer(...Array<object>(count).fill(call('a'))), ...Array<object>(count).fill(byName('a'))],
    ],
    [
      'of another name',
      (count) => [answer(...Array<object>(count).fill(call('a'))), ...Array<object>(count).fill(byName('b'))],
    ],
    [
      'of ids in the other order',
      (count) => {
        const ids = Array.from({ length: count }, (_, index) => `u-${index}`);
        return [answer(...ids.map((id) => call('a', id))), ...ids.toReversed().map(byId)];
      },
    ],
  ])('a hundred thousand results %s find their calls in time', (_what, toMessages) => {
    expect(new Set(pair(toMessages(100_000)).slice(1)).size).toBe(100_000);
  });

  test.each<[string, object, object]>([
    ['no model', { model: '' }, { code: 'validation_failed', param: 'model' }],
    ['another role', { messages: [{ role: 'x' }] }, { code: 'validation_failed', param: 'messages[0].role' }],
    ['another format', { format: 'xml' }, { code: 'validation_failed', param: 'format' }],
    ['another level', { think: 'much' }, { code: 'validation_failed', param: 'think' }],
    ['a time that is none', { keep_alive: 'soon' }, { code: 'validation_failed', param: 'keep_alive' }],
    ['logprobs', { logprobs: true }, { code: 'unsupported_parameter', param: 'logprobs' }],
    [
      'too many stop sequences',
      { options: { stop: Array.from({ length: 101 }, (_, index) => `<${index}>`) } },
      { code: 'validation_failed', param: 'options.stop' },
    ],
    [
      'a long stop sequence',
      { options: { stop: ['x'.repeat(1001)] } },
      { code: 'validation_failed', param: 'options.stop[0]' },
    ],
    ['a tool without a name', { tools: [tool('')] }, { param: 'tools[0].function.name' }],
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
