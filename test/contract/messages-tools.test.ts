import Anthropic from '@anthropic-ai/sdk';
import { betaMemoryTool } from '@anthropic-ai/sdk/helpers/beta/memory';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import type {
  ContentBlock,
  Message,
  MessageCreateParamsNonStreaming,
  MessageParam,
  Tool,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readImage } from '../support/test-images.ts';
import { useAnthropic } from '../support/use-anthropic.ts';

const contract = useAnthropic();

const defineTool = (name: string): Tool => ({
  name,
  description: `The tool ${name}.`,
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
});

const QUESTION: MessageParam = { role: 'user', content: 'What is it like in Oslo?' };

/** Sends requests of one conversation: each has all that was said before it. */
const startDialogue = (isStream: boolean, fields: Partial<MessageCreateParamsNonStreaming> = {}) => {
  const messages: MessageParam[] = [QUESTION];
  return {
    async say(...content: readonly Exclude<MessageParam['content'], string>[number][]): Promise<Message> {
      if (content.length > 0) messages.push({ role: 'user', content: [...content] });
      const tools = [defineTool('get_weather'), defineTool('get_time')];
      const body = { model: 'composer-2.5', max_tokens: 1000, tools, ...fields, messages: [...messages] };
      const { anthropic } = contract();
      const message = await (isStream
        ? anthropic.messages.stream(body).finalMessage()
        : anthropic.messages.create(body));
      messages.push({ role: 'assistant', content: message.content });
      return message;
    },
  };
};

const callsOf = ({ content }: { readonly content: readonly ContentBlock[] }) =>
  content.flatMap((block) =>
    block.type === 'tool_use'
      ? [
          {
            call: { name: block.name, input: block.input },
            answer: (result: ToolResultBlockParam['content']): ToolResultBlockParam => ({
              type: 'tool_result',
              tool_use_id: block.id,
              ...(result !== undefined && { content: result }),
            }),
          },
        ]
      : [],
  );

const textOf = ({ content }: Pick<Message, 'content'>): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const questionsSchema = z.object({ questions: z.array(z.object({ question: z.string() })) });
type Questions = z.output<typeof questionsSchema>;

const ASK = { tool: 'ask', args: { questions: [{ question: 'Which?' }] } };

/** As Claude Code has one, whose reading of a call fills in what the call leaves out. */
const ASK_TOOL: Tool = {
  name: 'ask',
  input_schema: {
    type: 'object',
    properties: {
      questions: {
        type: 'array',
        items: {
          type: 'object',
          properties: { question: { type: 'string' }, multiSelect: { type: 'boolean', default: false } },
          required: ['question'],
        },
      },
      quiet: { type: 'boolean', default: false },
    },
    required: ['questions'],
  },
};

const weather = (city: string) => ({ tool: 'get_weather', args: { city } });
const time = (city: string) => ({ tool: 'get_time', args: { city } });

describe.each([false, true])('tools (stream: %s)', (isStream) => {
  test('a call after thinking and text, and the rest of the same run', async () => {
    const { portside, takeConversations } = contract();
    await portside.simulator.setScenario([
      { thinking: 'I need the weather.' },
      { text: 'Let me look. ' },
      { call: weather('Oslo') },
      { text: 'In Oslo: {{result.0}}.' },
    ]);
    const dialogue = startDialogue(isStream, { thinking: { type: 'adaptive' } });
    const first = await dialogue.say();
    expect(first).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'I need the weather.' },
        { type: 'text', text: 'Let me look. ' },
        { type: 'tool_use', name: 'get_weather', input: { city: 'Oslo' } },
      ],
    });
    expect((await portside.simulator.onlyRun()).status).toBe('running');
    const [only, ...others] = callsOf(first);
    if (only === undefined || others.length > 0) throw new Error('There is not one call.');
    const second = await dialogue.say(only.answer('minus seven'));
    expect([second.stop_reason, textOf(second)]).toEqual(['end_turn', 'In Oslo: minus seven.']);
    expect(takeConversations()).toEqual(['new', 'resumed-tools']);
    expect(await portside.simulator.onlyRun()).toMatchObject({
      status: 'finished',
      tools: [
        { name: 'get_weather', description: 'The tool get_weather.', inputSchema: { required: ['city'] } },
        { name: 'get_time' },
      ],
      toolResults: [{ tool: 'get_weather', text: 'minus seven' }],
    });
  });

  test.each<[how: string, rewrite: (input: Questions) => unknown]>([
    [
      'with the defaults of its schema, at any depth',
      ({ questions }) => ({ questions: questions.map((each) => ({ ...each, multiSelect: false })), quiet: false }),
    ],
    ['at its own will', ({ questions }) => ({ command: `cd /home/me && ask ${questions.length}` })],
  ])('a call whose input the client sends back %s is still the one that was made', async (_how, rewrite) => {
    const { portside, anthropic, takeConversations } = contract();
    await portside.simulator.setScenario({
      rules: [
        { when: { prompt: 'Ask me' }, then: [{ call: ASK }, { call: ASK }, { text: 'You said {{result.1}}.' }] },
        { then: [{ text: 'More.' }] },
      ],
    });
    const messages: MessageParam[] = [{ role: 'user', content: 'Ask me.' }];
    const say = async (): Promise<Message> => {
      const body = { model: 'composer-2.5', max_tokens: 1000, tools: [ASK_TOOL], messages: [...messages] };
      const message = await (isStream
        ? anthropic.messages.stream(body).finalMessage()
        : anthropic.messages.create(body));
      messages.push({
        role: 'assistant',
        content: message.content.map((block) =>
          block.type === 'tool_use' ? { ...block, input: rewrite(questionsSchema.parse(block.input)) } : block,
        ),
      });
      return message;
    };
    for (let message = await say(); message.stop_reason === 'tool_use'; message = await say()) {
      messages.push({ role: 'user', content: callsOf(message).map((call) => call.answer('blue')) });
    }
    for (const content of ['And then?', 'And after that?']) {
      messages.push({ role: 'user', content });
      expect(textOf(await say())).toBe('More.');
    }
    expect(takeConversations()).toEqual(['new', 'resumed-tools', 'resumed-tools', 'continued', 'continued']);
    expect(await portside.simulator.runs()).toHaveLength(3);
  });

  test('several calls at once, answered in another order, in blocks, and with words after them', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario([
      { parallel: [weather('Oslo'), time('Oslo'), weather('Rome')], listed: true },
      { call: time('Rome') },
      { text: 'Done.' },
    ]);
    const dialogue = startDialogue(isStream);
    const calls = callsOf(await dialogue.say());
    expect(calls.map(({ call }) => call)).toEqual([
      { name: 'get_weather', input: { city: 'Oslo' } },
      { name: 'get_time', input: { city: 'Oslo' } },
      { name: 'get_weather', input: { city: 'Rome' } },
    ]);
    const [cold, noon, warm] = calls;
    if (cold === undefined || noon === undefined || warm === undefined) throw new Error('There are not three calls.');
    const data = readImage('halves.png').toString('base64');
    const [next] = callsOf(
      await dialogue.say(
        warm.answer([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }]),
        { ...noon.answer('no clock'), is_error: true },
        cold.answer([
          { type: 'text', text: 'cold' },
          { type: 'tool_reference', tool_name: 'get_time' },
        ]),
        { type: 'text', text: 'And be quick about it!' },
      ),
    );
    if (next === undefined) throw new Error('There is no fourth call.');
    expect(textOf(await dialogue.say(next.answer('midnight')))).toBe('Done.');
    const { toolResults } = await portside.simulator.onlyRun();
    expect(toolResults).toHaveLength(4);
    const told = toolResults.map(({ text }) => text).join('\n');
    for (const words of ['cold', 'get_time', 'no clock', '[image/png image', 'And be quick about it!', 'midnight'])
      expect(told).toContain(words);
  });

  test('one at a time where that is wanted', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario([
      { parallel: [weather('Oslo'), weather('Rome')], listed: true },
      { text: '{{result.0}} {{result.1}}' },
    ]);
    const dialogue = startDialogue(isStream, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } });
    let message = await dialogue.say();
    let count = 0;
    while (message.stop_reason === 'tool_use') {
      const [only, ...others] = callsOf(message);
      if (only === undefined || others.length > 0) throw new Error('There is not one call.');
      count += 1;
      message = await dialogue.say(only.answer(`(${count})`));
    }
    expect([count, textOf(message)]).toEqual([2, '(1) (2)']);
    await portside.simulator.onlyRun();
  });

  test.each(['any', 'tool'] as const)('a call that is demanded: %s', async (type) => {
    const { portside } = contract();
    await portside.simulator.setScenario({
      rules: [{ times: 1, then: [{ text: 'I could look.' }] }, { then: [{ call: time('Oslo') }] }],
    });
    const message = await startDialogue(isStream, {
      tool_choice: type === 'any' ? { type } : { type, name: 'get_time' },
    }).say();
    expect(message.content).toMatchObject([{ type: 'tool_use', name: 'get_time' }]);
  });

  test('none: the model has no tools', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario([{ text: 'I would not know.' }]);
    expect(await startDialogue(isStream, { tool_choice: { type: 'none' } }).say()).toMatchObject({
      stop_reason: 'end_turn',
    });
    expect((await portside.simulator.onlyRun()).tools).toEqual([]);
  });

  test('those that Anthropic runs are left out, those that the client runs are offered', async () => {
    const { portside, takeAnswers } = contract();
    await portside.simulator.setScenario([
      { call: { tool: 'bash', args: { command: 'ls' } } },
      { text: '{{result.0}}' },
    ]);
    const dialogue = startDialogue(isStream, {
      tools: [
        { type: 'bash_20250124', name: 'bash' },
        { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
      ],
    });
    const [only] = callsOf(await dialogue.say());
    expect(only?.call).toEqual({ name: 'bash', input: { command: 'ls' } });
    expect(textOf(await dialogue.say(...(only === undefined ? [] : [only.answer('a.txt')])))).toBe('a.txt');
    const ignored = takeAnswers().map(({ headers }) => headers.get('x-portside-ignored'));
    expect(ignored).toEqual(['tools[web_search_20250305]', 'tools[web_search_20250305]']);
    const { tools } = await portside.simulator.onlyRun();
    expect(tools.map(({ name }) => name)).toEqual(['bash', 'str_replace_based_edit_tool']);
  });
});

describe.each([false, true])('the tool runner (stream: %s)', (stream) => {
  const steps = [
    { parallel: [weather('Oslo'), weather('Rome')], listed: true },
    { call: time('Rome') },
    { text: 'Oslo {{result.0}}, Rome {{result.1}} at {{result.2}}.' },
  ];

  /** The runner asks for a thread on the server first. */
  const run = async () => {
    const called: string[] = [];
    const toTool = (name: string, answer: (city: string) => string) =>
      betaZodTool({
        name,
        description: name,
        inputSchema: z.object({ city: z.string() }),
        run({ city }) {
          called.push(`${name} ${city}`);
          return answer(city);
        },
      });
    const body = {
      model: 'composer-2.5',
      max_tokens: 1000,
      messages: [{ role: 'user' as const, content: 'What is it like?' }],
      tools: [toTool('get_weather', (city) => (city === 'Oslo' ? 'cold' : 'warm')), toTool('get_time', () => 'noon')],
    };
    const { anthropic } = contract();
    const { content } = stream
      ? await anthropic.beta.messages.toolRunner({ ...body, stream: true })
      : await anthropic.beta.messages.toolRunner({ ...body, stream: false });
    return { called, text: content.map((block) => (block.type === 'text' ? block.text : '')).join('') };
  };

  test('is refused a thread, sends everything, and comes to its end in one run', async () => {
    const { portside, takeAnswers } = contract();
    await portside.simulator.setScenario(steps);
    const { called, text } = await run();
    expect(text).toBe('Oslo cold, Rome warm at noon.');
    expect(called).toEqual(['get_weather Oslo', 'get_weather Rome', 'get_time Rome']);
    const answers = takeAnswers();
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(1);
    expect(answers.flatMap(({ headers }) => headers.get('x-portside-conversation') ?? [])).toEqual([
      'new',
      'resumed-tools',
      'resumed-tools',
    ]);
    expect((await portside.simulator.onlyRun()).toolResults.map(({ text: told }) => told)).toEqual([
      'cold',
      'warm',
      'noon',
    ]);
  });

  test('keeps notes with the memory tool', async () => {
    const { portside, anthropic } = contract();
    await portside.simulator.setScenario([
      { call: { tool: 'memory', args: { command: 'create', path: '/memories/a.md', file_text: 'Ada' } } },
      { call: { tool: 'memory', args: { command: 'view', path: '/memories/a.md' } } },
      { text: 'It says {{result.1}}.' },
    ]);
    const files = new Map<string, string>();
    const unused = (): string => {
      throw new Error('The model asked for nothing of the kind.');
    };
    const memory = betaMemoryTool({
      create({ path, file_text: text }) {
        files.set(path, text);
        return 'written';
      },
      view: ({ path }) => files.get(path) ?? 'nothing',
      str_replace: unused,
      insert: unused,
      delete: unused,
      rename: unused,
    });
    const { content } = await anthropic.beta.messages.toolRunner({
      model: 'composer-2.5',
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Remember me.' }],
      tools: [memory],
      stream,
    });
    expect(content).toMatchObject([{ type: 'text', text: 'It says Ada.' }]);
    await portside.simulator.onlyRun();
  });
});

test('a thread by itself is refused with the error that says so', async () => {
  const { anthropic } = contract();
  const answer = anthropic.beta.messages.create({
    model: 'composer-2.5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
    thread: { type: 'create' },
  });
  await expect(answer).rejects.toBeInstanceOf(Anthropic.ThreadUnsupportedRequestError);
  await expect(answer).rejects.toMatchObject({
    status: 400,
    error: { error: { details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } } },
  });
});
