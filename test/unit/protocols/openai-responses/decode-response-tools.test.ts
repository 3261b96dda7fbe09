import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/core/json-object.ts';
import type { SentTools } from '../../../../src/protocols/openai-responses/decode-tools.ts';
import { findSchemaErrors } from '../../../support/openai-schema.ts';
import { codexTools, newerCodexTools } from './client-inputs.ts';
import { custom, decode, group, searching, tool } from './sent-tools.ts';

const free = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
};
const namesOf = (sent: Partial<SentTools>) => decode(sent).tools.map(({ name }) => name);

test('what Codex sends for a model that it does not know', () => {
  const { tools, names, echoTools, ignored, toolChoice } = decode({ tools: codexTools, toolChoice: 'auto' });
  expect(tools).toMatchObject([
    { name: 'shell', description: 'Runs a command.', parameters: codexTools[0]?.parameters },
    { name: 'update_plan' },
    { name: 'agents__spawn', description: 'Starts one.' },
    { name: 'agents__wait', description: 'Tools to work with other agents.' },
  ]);
  expect(names.find('agents__spawn')).toEqual({ kind: 'function', name: 'spawn', namespace: 'agents' });
  expect(names.find('shell')).toEqual({ kind: 'function', name: 'shell', namespace: null });
  expect(names.find('unheard_of')).toEqual({ kind: 'function', name: 'unheard_of', namespace: null });
  expect(echoTools).toEqual(
    [codexTools[0], codexTools[1], codexTools[2]].map((sent) => expect.objectContaining(sent ?? {})),
  );
  expect({ ignored, toolChoice }).toEqual({ ignored: [], toolChoice: 'auto' });
});

test('what Codex sends for models that it knows: in an item, some of it hosted', () => {
  const { tools, names, echoTools, ignored } = decode({ additionalTools: newerCodexTools });
  expect(tools).toEqual([
    {
      name: 'apply_patch',
      description: 'Edits files.\n\nThe whole of `input` has to match this Lark grammar:\n\nstart: "*** Begin Patch"',
      parameters: free,
    },
  ]);
  expect(names.find('apply_patch')).toEqual({ kind: 'custom', name: 'apply_patch', namespace: null });
  expect(echoTools).toEqual([]);
  expect(ignored).toEqual(['tools[tool_search]', 'tools[web_search]']);
});

describe('tools', () => {
  const parameters = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };

  test.each<[string, JsonObject[], object[]]>([
    [
      'a definition',
      [tool('add', { description: 'Adds.', parameters, strict: true })],
      [{ name: 'add', description: 'Adds.', parameters }],
    ],
    [
      'parameters left out, null or without a type',
      [tool('a'), tool('b', { parameters: null }), tool('c', { parameters: { properties: {} } })],
      ['a', 'b', 'c'].map((name) => ({ name, description: null, parameters: { type: 'object', properties: {} } })),
    ],
    ['free text', [custom('a')], [{ name: 'a', description: null, parameters: free }]],
    [
      'free text, said so',
      [custom('a', { format: { type: 'text' }, description: 'A.' })],
      [{ name: 'a', description: 'A.', parameters: free }],
    ],
    [
      'a regular expression',
      [custom('a', { format: { type: 'grammar', syntax: 'regex', definition: '^x$' } })],
      [
        {
          name: 'a',
          description: 'The whole of `input` has to match this regular expression:\n\n^x$',
          parameters: free,
        },
      ],
    ],
    ['the longest name', [tool('x'.repeat(128))], [{ name: expect.stringMatching(/^x{55}_[0-9a-f]{8}$/) }]],
    ['other characters', [custom('a.b c')], [{ name: 'a_b_c' }]],
    [
      'custom ones in a group',
      [group('g', custom('a'), tool('b'))],
      [{ name: 'g__a', parameters: free }, { name: 'g__b' }],
    ],
    [
      'the same name in another group',
      [tool('a'), group('g', tool('a')), group('h', tool('a'))],
      [{ name: 'a' }, { name: 'g__a' }, { name: 'h__a' }],
    ],
  ])('%s', (_name, tools, expected) => {
    const decoded = decode({ tools });
    expect(decoded.tools).toMatchObject(expected);
    expect(decoded.tools.map(({ name }) => name)).toEqual(
      decoded.tools.map(() => expect.stringMatching(/^[\w-]{1,64}$/)),
    );
  });

  test('are repeated with what they left out, but without hosted ones', () => {
    const sent = [
      tool('a'),
      searching,
      custom('b'),
      group('g', tool('c')),
      tool('d', { strict: false, parameters, description: 'D.' }),
    ];
    const { echoTools, ignored } = decode({ tools: [...sent, searching] });
    expect(echoTools).toEqual([
      { type: 'function', name: 'a', description: null, parameters: null, strict: true },
      custom('b'),
      group('g', tool('c')),
      tool('d', { strict: false, parameters, description: 'D.' }),
    ]);
    expect(echoTools.flatMap((echo) => findSchemaErrors('Tool', echo))).toEqual([]);
    expect(ignored).toEqual(['tools[web_search]']);
  });

  test('are repeated by their schema where they hold nulls', () => {
    const nulls = { description: null, defer_loading: null, allowed_callers: null, output_schema: null };
    const sent = [
      tool('a', { ...nulls, parameters: null, strict: null }),
      custom('b', { ...nulls, format: null }),
      { ...group('g', tool('c', nulls), custom('d', { ...nulls, format: null })), description: null },
      { type: 'namespace', name: 'h', tools: [tool('e')] },
    ];
    const { echoTools } = decode({ tools: sent });
    expect(echoTools).toEqual([
      tool('a', { description: null, parameters: null, strict: true }),
      custom('b'),
      { ...group('g', tool('c'), custom('d')), description: '' },
      { type: 'namespace', name: 'h', description: '', tools: [tool('e')] },
    ]);
    expect(echoTools.flatMap((echo) => findSchemaErrors('Tool', echo))).toEqual([]);
  });

  test.each(
    [
      'apply_patch code_interpreter computer computer_use_preview file_search image_generation local_shell mcp shell tool_search',
      'programmatic_tool_calling web_search web_search_2025_08_26 web_search_preview web_search_preview_2025_03_11',
    ].flatMap((types) => types.split(' ')),
  )('%s is left out, or refused', (type) => {
    const tools = [tool('a'), { type }];
    expect(decode({ tools })).toMatchObject({ tools: [{ name: 'a' }], ignored: [`tools[${type}]`] });
    expect(() => decode({ tools, hostedTools: 'refuse' })).toThrow(
      expect.objectContaining({ code: 'unsupported_tool', param: 'tools[1].type' }),
    );
  });

  test('the request’s own win over additional ones, later additional ones over earlier', () => {
    const additionalTools = [
      tool('a', { description: 'old' }),
      tool('b', { description: 'old' }),
      tool('b', { description: 'new' }),
    ];
    expect(decode({ tools: [tool('a', { description: 'own' })], additionalTools }).tools).toMatchObject([
      { name: 'a', description: 'own' },
      { name: 'b', description: 'new' },
    ]);
  });

  test('one call at a time', () => {
    expect(decode({ parallelToolCalls: false }).parallelToolCalls).toBe(false);
  });
});

describe('choices', () => {
  const tools = [tool('a'), custom('b'), group('g', tool('c'), tool('d')), group('h', tool('d')), searching];

  test.each<[choice: unknown, expected: unknown]>([
    [null, 'auto'],
    [undefined, 'auto'],
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    [{ type: 'function', name: 'a' }, { name: 'a' }],
    [{ type: 'custom', name: 'b' }, { name: 'b' }],
    [{ type: 'function', name: 'd', namespace: 'h' }, { name: 'h__d' }],
    [{ type: 'function', name: 'c' }, { name: 'g__c' }],
    [{ type: 'function', name: 'a', namespace: null }, { name: 'a' }],
  ])('%j', (toolChoice, expected) => {
    const decoded = decode({ tools, toolChoice });
    if (typeof toolChoice !== 'undefined' && toolChoice !== null) {
      expect(findSchemaErrors('ToolChoiceParam', toolChoice)).toEqual([]);
    }
    expect(decoded.toolChoice).toEqual(expected);
    expect(decoded.tools).toHaveLength(5);
  });

  test.each<[mode: string, allowed: object[], expected: string[]]>([
    ['auto', [tool('a')], ['a']],
    ['required', [custom('b'), tool('a')], ['a', 'b']],
    ['required', [{ type: 'namespace', name: 'g' }], ['g__c', 'g__d']],
    ['required', [tool('d', { namespace: 'h' }), searching], ['h__d']],
    ['auto', [searching], []],
  ])('%s of %j', (mode, allowed, expected) => {
    const toolChoice = { type: 'allowed_tools', mode, tools: allowed };
    expect(findSchemaErrors('ToolChoiceParam', toolChoice)).toEqual([]);
    expect(namesOf({ tools, toolChoice })).toEqual(expected);
    expect(decode({ tools, toolChoice })).toMatchObject({ toolChoice: mode, echoTools: { length: 4 } });
  });
});
