import { describe, expect, test } from 'vitest';
import { decodeCountRequest, decodeMessagesRequest } from '../../../../src/protocols/anthropic/decode.ts';

const hello = { role: 'user', content: 'Hello' };
const text = (value: string) => [{ type: 'text', text: value }];
const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const decoded = (body: object) => decodeMessagesRequest({ model: 'm', max_tokens: 100, messages: [hello], ...body });

describe('messages', () => {
  test.each<{ name: string; body: object; systemPrompt?: string | null; messages: object[] }>([
    { name: 'text', body: {}, messages: [{ role: 'user', content: text('Hello') }] },
    {
      name: 'a system prompt',
      body: { system: 'Be kind.' },
      systemPrompt: 'Be kind.',
      messages: [{ role: 'user', content: text('Hello') }],
    },
    {
      name: 'a system prompt in blocks, and what Claude Code puts before it',
      body: {
        system: [
          { type: 'text', text: 'x-anthropic-billing-header: cc_version=2; cch=1a2b;' },
          { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } },
          { type: 'text', text: 'Be brief.' },
        ],
      },
      systemPrompt: 'Be kind.\nBe brief.',
      messages: [{ role: 'user', content: text('Hello') }],
    },
    {
      name: 'system messages among the others',
      body: {
        system: 'Be kind.',
        messages: [{ role: 'system', content: 'Today is Monday.' }, hello, { role: 'system', content: text('Hurry.') }],
      },
      systemPrompt: 'Be kind.\n\nToday is Monday.\n\nHurry.',
      messages: [{ role: 'user', content: text('Hello') }],
    },
    {
      name: 'system messages of later turns',
      body: {
        messages: [
          hello,
          { role: 'assistant', content: 'Hi' },
          hello,
          { role: 'system', content: 'One.' },
          hello,
          { role: 'system', content: 'Two.' },
          { role: 'assistant', content: 'Yes' },
          { role: 'system', content: 'Three.' },
          hello,
        ],
      },
      messages: [
        { role: 'user', content: text('Hello') },
        { role: 'assistant', content: text('Hi'), toolCalls: [] },
        { role: 'system', content: text('One.') },
        { role: 'system', content: text('Two.') },
        { role: 'user', content: text('Hello') },
        { role: 'user', content: text('Hello') },
        { role: 'assistant', content: text('Yes'), toolCalls: [] },
        { role: 'system', content: text('Three.') },
        { role: 'user', content: text('Hello') },
      ],
    },
    {
      name: 'system messages behind results of tools, and behind words that come with them',
      body: {
        messages: [
          hello,
          { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'read' }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: 'A' }] },
          { role: 'system', content: 'One.' },
          { role: 'assistant', content: [{ type: 'tool_use', id: '2', name: 'read' }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: '2', content: 'B' }, ...text('Go on.')] },
          { role: 'system', content: 'Two.' },
        ],
      },
      messages: [
        { role: 'user', content: text('Hello') },
        { role: 'assistant', content: [], toolCalls: [{ id: '1', name: 'read', arguments: '{}' }] },
        { role: 'tool', toolCallId: '1', content: text('A') },
        { role: 'system', content: text('One.') },
        { role: 'assistant', content: [], toolCalls: [{ id: '2', name: 'read', arguments: '{}' }] },
        { role: 'tool', toolCallId: '2', content: text('B') },
        { role: 'system', content: text('Two.') },
        { role: 'user', content: text('Go on.') },
      ],
    },
    {
      name: 'nothing but the system',
      body: { messages: [{ role: 'system', content: 'Hi' }] },
      messages: [{ role: 'user', content: text('Hi') }],
    },
    {
      name: 'images',
      body: user(
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      ),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', url: 'data:image/png;base64,iVBO', param: 'messages[0].content[0].source.data' },
            { type: 'image', url: 'https://example.com/a.png', param: 'messages[0].content[1].source.url' },
          ],
        },
      ],
    },
    {
      name: 'a turn of tools, with the thinking that comes back',
      body: {
        messages: [
          hello,
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'hm', signature: 'x' },
              { type: 'redacted_thinking', data: 'x' },
              { type: 'text', text: 'I look.' },
              { type: 'tool_use', id: 'toolu_1', name: 'read', input: { path: 'a' } },
              { type: 'tool_use', id: 'toolu_2', name: 'read', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_1', content: 'A' },
              { type: 'tool_result', tool_use_id: 'toolu_2', content: text('no such file'), is_error: true },
              { type: 'text', text: 'And now?' },
            ],
          },
        ],
      },
      messages: [
        { role: 'user', content: text('Hello') },
        {
          role: 'assistant',
          content: text('I look.'),
          toolCalls: [
            { id: 'toolu_1', name: 'read', arguments: '{"path":"a"}' },
            { id: 'toolu_2', name: 'read', arguments: '{}' },
          ],
        },
        { role: 'tool', toolCallId: 'toolu_1', content: text('A') },
        {
          role: 'tool',
          toolCallId: 'toolu_2',
          content: [...text('The tool call failed:'), ...text('no such file')],
        },
        { role: 'user', content: text('And now?') },
      ],
    },
    {
      name: 'results without content, with an image, and with references to tools',
      body: user(
        { type: 'tool_result', tool_use_id: '1' },
        {
          type: 'tool_result',
          tool_use_id: '2',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
            { type: 'tool_reference', tool_name: 'mcp__a__b' },
          ],
        },
      ),
      messages: [
        { role: 'tool', toolCallId: '1', content: [] },
        {
          role: 'tool',
          toolCallId: '2',
          content: [
            {
              type: 'image',
              url: 'data:image/png;base64,iVBO',
              param: 'messages[0].content[1].content[0].source.data',
            },
            ...text('The tool "mcp__a__b" is available.'),
          ],
        },
      ],
    },
    {
      name: 'documents',
      body: user(
        { type: 'document', title: 'a.md', source: { type: 'text', media_type: 'text/plain', data: '# A' } },
        { type: 'document', context: 'A draft.', source: { type: 'content', content: text('B') } },
        { type: 'document', source: { type: 'base64', media_type: 'text/plain', data: btoa('C') } },
      ),
      messages: [
        {
          role: 'user',
          content: [
            ...text('<document title="a.md">\n# A\n</document>'),
            ...text('<document>\n<context>A draft.</context>\nB\n</document>'),
            ...text('<document>\nC\n</document>'),
          ],
        },
      ],
    },
    {
      name: 'search results',
      body: user({ type: 'search_result', title: 'T', source: 'https://a', content: text('Found.') }),
      messages: [
        {
          role: 'user',
          content: [
            ...text('<search_result title="T" source="https://a">'),
            ...text('Found.'),
            ...text('</search_result>'),
          ],
        },
      ],
    },
    { name: 'no content', body: user(), messages: [{ role: 'user', content: [] }] },
  ])('$name', ({ body, systemPrompt = null, messages }) => {
    expect(decoded(body)).toMatchObject({ systemPrompt, ignored: [] });
    expect(decoded(body).messages).toEqual(messages);
  });
});

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const tool = (name: string, rest: object = {}) => ({ name, input_schema: schema, ...rest });

describe('tools', () => {
  test('with and without a type, to be loaded later or not', () => {
    const { tools, ignored, toolChoice, parallelToolCalls } = decoded({
      tools: [tool('a', { description: 'A.' }), tool('b', { type: 'custom', defer_loading: true, strict: true })],
    });
    expect({ tools, ignored, toolChoice, parallelToolCalls }).toEqual({
      tools: [
        { name: 'a', description: 'A.', parameters: schema },
        { name: 'b', description: null, parameters: schema },
      ],
      ignored: ['tools.strict'],
      toolChoice: 'auto',
      parallelToolCalls: true,
    });
  });

  test('what has no effect on them is named once, unless it is a hint that nobody misses', () => {
    const fields = { strict: true, eager_input_streaming: true, allowed_callers: ['direct'] };
    const definition = tool('c', { added: 1 });
    const added = { type: 'tool_addition', tool: { type: 'tool_definition', definition } };
    const body = {
      tools: [
        tool('a', { ...fields, cache_control: { type: 'ephemeral' }, defer_loading: false, made_up: null }),
        tool('b', { strict: false, input_examples: [{}] }),
        { type: 'text_editor_20250728', name: 'edit', max_characters: 100, cache_control: { type: 'ephemeral' } },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
        { type: 'tool_search_tool_bm25', name: 'tool_search_tool_bm25' },
      ],
      messages: [hello, { role: 'system', content: [added], more: 1 }],
    };
    const told = [
      ...['strict', 'eager_input_streaming', 'allowed_callers', 'max_characters', 'added'].map(
        (field) => `tools.${field}`,
      ),
      'tools[web_search_20250305]',
      'tools[tool_search_tool_bm25]',
    ];
    expect(decoded(body).ignored).toEqual(['messages.more', ...told]);
    expect(decodeCountRequest(body).ignored).toEqual(['messages.more', ...told]);
  });

  test('an empty schema takes an empty object', () => {
    expect(decoded({ tools: [{ name: 'a', input_schema: {} }] }).tools[0]?.parameters).toEqual({
      type: 'object',
      properties: {},
    });
  });

  test('those of Anthropic’s own are left out and named once', () => {
    const { tools, ignored } = decoded({
      tools: [
        { type: 'web_search_20250305', name: 'web_search' },
        { type: 'computer_20250124', name: 'computer' },
        { type: 'browser_toolset_20260801' },
        { type: 'mcp_toolset', mcp_server_name: 'a' },
        { type: 'web_search_20250305', name: 'web_search_2' },
        tool('a'),
      ],
    });
    expect(tools.map(({ name }) => name)).toEqual(['a']);
    expect(ignored).toEqual([
      'tools[web_search_20250305]',
      'tools[computer_20250124]',
      'tools[browser_toolset_20260801]',
      'tools[mcp_toolset]',
    ]);
  });

  test.each<[type: string, name: string, properties: string[]]>([
    ['bash_20241022', 'bash', ['command', 'restart']],
    ['bash_20250124', 'bash', ['command', 'restart']],
    ['memory_20250818', 'memory', ['command', 'path', 'new_path', 'insert_text']],
    ['text_editor_20250124', 'str_replace_editor', ['command', 'path', 'new_str', 'insert_line']],
    ['text_editor_20250728', 'str_replace_based_edit_tool', ['command', 'path', 'insert_text', 'insert_line']],
  ])('%s is run by the client, so it is offered with what it takes', (type, name, properties) => {
    const { tools, ignored, toolNames, toolChoice } = decodeMessagesRequest(
      { messages: [hello], tools: [{ type, name }], tool_choice: { type: 'tool', name } },
      'refuse',
    );
    expect(tools).toEqual([{ name, description: expect.any(String), parameters: expect.any(Object) }]);
    expect(tools[0]?.parameters['properties']).toMatchObject(
      Object.fromEntries(properties.map((property) => [property, expect.any(Object)])),
    );
    expect([ignored, toolNames.get(name), toolChoice]).toEqual([[], name, { name }]);
  });

  test('only the older editor takes edits back, and has one field for both kinds of text', () => {
    const properties = (type: string): unknown =>
      decoded({ tools: [{ type, name: 'edit' }] }).tools[0]?.parameters['properties'];
    expect(properties('text_editor_20250124')).toMatchObject({
      command: { enum: expect.arrayContaining(['undo_edit']) },
    });
    expect(properties('text_editor_20250124')).not.toHaveProperty('insert_text');
    expect(properties('text_editor_20250429')).toMatchObject({
      command: { enum: expect.not.arrayContaining(['undo_edit']) },
    });
  });

  test('examples are told with the description', () => {
    const [first, second] = decoded({
      tools: [
        tool('a', { description: 'A.', input_examples: [{ city: 'Oslo' }, { city: 'Rome' }] }),
        tool('b', { input_examples: [] }),
      ],
    }).tools;
    expect(first?.description).toBe('A.\n\nExamples of its input:\n{"city":"Oslo"}\n{"city":"Rome"}');
    expect(second?.description).toBe(null);
  });

  const change = (type: 'tool_addition' | 'tool_removal', changed: object) => ({ type, tool: changed });
  const reference = (name: string) => ({ type: 'tool_reference', name });
  const definition = (name: string, description: string) => ({
    type: 'tool_definition',
    definition: tool(name, { description }),
  });

  test('a conversation adds, changes and removes them', () => {
    const { tools, messages, ignored } = decoded({
      tools: [tool('a'), tool('b'), tool('c', { defer_loading: true })],
      messages: [
        hello,
        {
          role: 'assistant',
          content: [
            {
              type: 'compaction',
              content: 'We talked of cats.',
              tool_changes: [change('tool_removal', reference('a')), change('tool_removal', reference('b'))],
            },
          ],
        },
        hello,
        {
          role: 'system',
          content: [
            change('tool_addition', reference('b')),
            change('tool_addition', reference('c')),
            change('tool_addition', definition('d', 'Old.')),
            change('tool_removal', reference('d')),
            change('tool_addition', { type: 'mcp_toolset_reference', mcp_server_name: 'x' }),
          ],
        },
        { role: 'system', content: [change('tool_addition', definition('d', 'New.'))], clear_at: 'never' },
        { role: 'system', output_config: { effort: 'low' } },
      ],
    });
    expect(tools.map(({ name, description }) => [name, description])).toEqual([
      ['b', null],
      ['c', null],
      ['d', 'New.'],
    ]);
    expect(messages).toEqual([
      { role: 'user', content: text('Hello') },
      { role: 'assistant', content: text('We talked of cats.'), toolCalls: [] },
      { role: 'user', content: text('Hello') },
    ]);
    expect(ignored).toEqual(['messages.clear_at', 'messages.output_config']);
  });

  test('a long name is the same for the engine wherever it stands, and has its way back', () => {
    const name = `mcp__${'server'.repeat(10)}__read`;
    const { tools, toolNames, toolChoice, messages } = decoded({
      tools: [tool(name)],
      tool_choice: { type: 'tool', name },
      messages: [hello, { role: 'assistant', content: [{ type: 'tool_use', id: '1', name, input: {} }] }],
    });
    const engineName = tools[0]?.name ?? '';
    expect(engineName).toMatch(/^mcp__[\w-]{59}$/);
    expect(toolNames.get(engineName)).toBe(name);
    expect(toolChoice).toEqual({ name: engineName });
    expect(messages[1]).toMatchObject({ toolCalls: [{ name: engineName }] });
  });

  test.each<[choice: object, toolChoice: unknown, parallelToolCalls: boolean]>([
    [{ type: 'auto' }, 'auto', true],
    [{ type: 'auto', disable_parallel_tool_use: true }, 'auto', false],
    [{ type: 'any' }, 'required', true],
    [{ type: 'tool', name: 'a', disable_parallel_tool_use: true }, { name: 'a' }, false],
    [{ type: 'none' }, 'none', true],
  ])('%j', (choice, toolChoice, parallelToolCalls) => {
    expect(decoded({ tools: [tool('a')], tool_choice: choice })).toMatchObject({ toolChoice, parallelToolCalls });
  });
});

describe('thinking', () => {
  test.each<[body: object, reasoningEffort: string | null, thinkingDisplay: string, ignored: string[]]>([
    [{}, null, 'none', []],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low', 'shown', []],
    [{ thinking: { type: 'enabled', budget_tokens: 4096 } }, 'low', 'shown', []],
    [{ thinking: { type: 'enabled', budget_tokens: 10_000 } }, 'medium', 'shown', []],
    [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, 'high', 'shown', []],
    [{ thinking: { type: 'enabled', budget_tokens: 60_000 } }, 'xhigh', 'shown', []],
    [{ thinking: { type: 'adaptive' } }, null, 'shown', []],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, null, 'omitted', []],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'max', 'shown', []],
    [{ thinking: { type: 'enabled', budget_tokens: 60_000 }, output_config: { effort: 'low' } }, 'low', 'shown', []],
    [{ thinking: { type: 'disabled' } }, 'none', 'none', []],
    [{ thinking: { type: 'disabled' }, output_config: { effort: 'high' } }, 'none', 'none', ['output_config.effort']],
    [{ thinking: { type: 'between_tools' } }, null, 'none', ['thinking']],
    [{ output_config: { effort: 'medium' } }, 'medium', 'none', []],
    [{ output_config: { effort: 'turbo' } }, null, 'none', ['output_config.effort']],
  ])('%j', (body, reasoningEffort, thinkingDisplay, ignored) => {
    expect(decoded(body)).toMatchObject({ reasoningEffort, thinkingDisplay, ignored });
  });
});

test('limits', () => {
  expect(decoded({ stop_sequences: ['END', ''], max_tokens: 5 }).limits).toEqual({
    stop: ['END'],
    maxTokens: 5,
    countsReasoning: false,
  });
});

test.each<[thinking: object | undefined, counts: boolean]>([
  [{ type: 'enabled', budget_tokens: 2000 }, true],
  [{ type: 'adaptive' }, true],
  [{ type: 'adaptive', display: 'omitted' }, true],
  [{ type: 'disabled' }, false],
  [{ type: 'made_up' }, false],
  [undefined, false],
])('thinking counts where it is told: %j', (thinking, counts) => {
  expect(decoded({ thinking, max_tokens: 5 }).limits.countsReasoning).toBe(counts);
});

test.each([
  [{ output_config: { format: { type: 'json_schema', schema } } }],
  [{ output_format: { type: 'json_schema', schema } }],
])('a format: %j', (body) => {
  expect(decoded(body).format).toEqual({ type: 'json_schema', name: 'answer', description: null, schema });
});

test('what has no effect is named', () => {
  expect(
    decoded({
      metadata: { user_id: 'u' },
      context_management: { edits: [] },
      cache_control: { type: 'ephemeral' },
      temperature: 1,
      top_k: null,
      output_config: { task_budget: { type: 'tokens' } },
      mcp_servers: [],
      inference_geo: 'global',
      messages: [
        hello,
        {
          role: 'user',
          content: [
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'A' },
              citations: { enabled: true },
            },
          ],
        },
        { role: 'assistant', content: [{ type: 'server_tool_use', id: '1', name: 'web_search' }] },
      ],
    }).ignored,
  ).toEqual([
    'metadata',
    'context_management',
    'cache_control',
    'temperature',
    'mcp_servers',
    'inference_geo',
    'output_config.task_budget',
    'messages[document].citations',
    'messages[server_tool_use]',
  ]);
});

test('a count reads the prompt alone', () => {
  expect(
    decodeCountRequest({
      model: 'm',
      system: 'Be kind.',
      messages: [hello],
      tools: [tool('a'), { type: 'web_fetch_20250910', name: 'web_fetch' }],
      thinking: { type: 'adaptive' },
    }),
  ).toEqual({
    ignored: ['model', 'thinking', 'tools[web_fetch_20250910]'],
    systemPrompt: 'Be kind.',
    messages: [{ role: 'user', content: text('Hello') }],
    tools: [{ name: 'a', description: null, parameters: schema }],
  });
});
