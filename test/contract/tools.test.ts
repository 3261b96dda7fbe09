import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessage,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { completeWithOpenAi } from '../clients/support/complete-with-openai.ts';
import { useClients } from '../clients/support/use-clients.ts';
import type { Steps } from '../support/simulator-control.ts';
import { readImage, toDataUrl } from '../support/test-images.ts';

const clients = useClients();

const defineTool = (name: string, properties: object = { city: { type: 'string' } }): ChatCompletionTool => ({
  type: 'function',
  function: {
    name,
    description: `The tool ${name}.`,
    parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  },
});

type Fields = Partial<ChatCompletionCreateParamsNonStreaming>;

const QUESTION: ChatCompletionMessageParam = { role: 'user', content: 'What is it like in Oslo?' };

/** Sends requests of one conversation: each has all that was said before. */
const startDialogue = (isStream: boolean, fields: Fields = {}) => {
  const messages: ChatCompletionMessageParam[] = [QUESTION];
  return {
    messages,
    async say(...added: readonly ChatCompletionMessageParam[]): Promise<ChatCompletionMessage & { finish: string }> {
      messages.push(...added);
      const tools = [defineTool('get_weather'), defineTool('get_time')];
      const body = { model: 'composer-2.5', tools, ...fields, messages: [...messages] };
      const { choices } = await completeWithOpenAi(clients().openai, body, isStream);
      const [choice] = choices;
      if (choice === undefined || choices.length > 1) throw new Error(`There are ${choices.length} choices.`);
      messages.push(choice.message);
      return { ...choice.message, finish: choice.finish_reason };
    },
  };
};

/** The calls of an answer, without their ids, and results for them in the given order. */
const callsOf = (message: ChatCompletionMessage) =>
  (message.tool_calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error(`This is no function: ${call.type}`);
    expect(call.id).toMatch(/^\S+$/);
    const { name, arguments: json } = call.function;
    return {
      call: { name, args: JSON.parse(json) as unknown },
      answer: (content: string): ChatCompletionMessageParam => ({ role: 'tool', tool_call_id: call.id, content }),
    };
  });

const weather = (city: string) => ({ tool: 'get_weather', args: { city } });
const time = (city: string) => ({ tool: 'get_time', args: { city } });

describe.each([false, true])('tools (stream: %s)', (isStream) => {
  test('a call after thinking and text, and the rest of the same run', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario([
      { thinking: 'I need the weather.' },
      { text: 'Let me look. ' },
      { call: weather('Oslo') },
      { thinking: 'I have it.' },
      { text: 'In Oslo: {{result.0}}.' },
    ]);
    const dialogue = startDialogue(isStream);
    const first = await dialogue.say();
    expect(first).toMatchObject({ finish: 'tool_calls', content: 'Let me look. ' });
    const [only, ...others] = callsOf(first);
    expect([only?.call, others]).toEqual([{ name: 'get_weather', args: { city: 'Oslo' } }, []]);
    expect((await portside.simulator.onlyRun()).status).toBe('running');
    const second = await dialogue.say(...(only === undefined ? [] : [only.answer('minus seven')]));
    expect(second).toMatchObject({ finish: 'stop', content: 'In Oslo: minus seven.' });
    expect(takeConversations()).toEqual(['new', 'resumed-tools']);
    expect(await portside.simulator.onlyRun()).toMatchObject({
      status: 'finished',
      prompt: QUESTION.content,
      tools: [
        { name: 'get_weather', description: 'The tool get_weather.', inputSchema: { required: ['city'] } },
        { name: 'get_time' },
      ],
      toolResults: [{ tool: 'get_weather', text: 'minus seven', isError: false }],
    });
  });

  test('parallel calls in one batch, answered in another order, and a second round', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([
      {
        parallel: [weather('Oslo'), { ...time('Oslo'), afterMs: 300 }, { ...weather('Rome'), afterMs: 1200 }],
        listed: true,
      },
      { call: time('Rome') },
      { text: '{{result.0}}, {{result.1}}, {{result.2}}, {{result.3}}' },
    ]);
    const dialogue = startDialogue(isStream);
    const calls = callsOf(await dialogue.say());
    expect(calls.map(({ call }) => call)).toEqual([
      { name: 'get_weather', args: { city: 'Oslo' } },
      { name: 'get_time', args: { city: 'Oslo' } },
      { name: 'get_weather', args: { city: 'Rome' } },
    ]);
    const answers = calls.map(({ answer }, index) => answer(`result ${index}`));
    const [next] = callsOf(await dialogue.say(...answers.toReversed()));
    expect(next?.call).toEqual({ name: 'get_time', args: { city: 'Rome' } });
    const last = await dialogue.say(...(next === undefined ? [] : [next.answer('noon')]));
    expect(last).toMatchObject({ finish: 'stop', content: 'result 0, result 1, result 2, noon' });
    expect((await portside.simulator.onlyRun()).toolResults).toHaveLength(4);
  });

  test('parallel_tool_calls: false lets one call out at a time', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([
      { parallel: [weather('Oslo'), weather('Rome'), weather('Bonn')], listed: true },
      { text: '{{result.0}} {{result.1}} {{result.2}}' },
    ]);
    const dialogue = startDialogue(isStream, { parallel_tool_calls: false });
    const cities: unknown[] = [];
    let message = await dialogue.say();
    while (message.finish === 'tool_calls') {
      const [only, ...others] = callsOf(message);
      if (only === undefined) throw new Error('There is no call.');
      expect(others).toEqual([]);
      cities.push(only.call.args);
      message = await dialogue.say(only.answer(`(${cities.length})`));
    }
    expect(cities).toEqual([{ city: 'Oslo' }, { city: 'Rome' }, { city: 'Bonn' }]);
    expect(message.content).toBe('(1) (2) (3)');
    await portside.simulator.onlyRun();
  });

  test('arguments that do not fit are told to the model, which tries again', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([
      { call: { tool: 'get_weather', args: { town: 'Oslo' } } },
      { call: weather('Oslo') },
      { text: '{{result.1}}' },
    ]);
    const dialogue = startDialogue(isStream);
    const [only] = callsOf(await dialogue.say());
    expect(only?.call).toEqual({ name: 'get_weather', args: { city: 'Oslo' } });
    expect(await dialogue.say(...(only === undefined ? [] : [only.answer('fine')]))).toMatchObject({ content: 'fine' });
    const { toolResults } = await portside.simulator.onlyRun();
    expect(toolResults).toMatchObject([{ isError: true, text: expect.stringContaining('city') }, { isError: false }]);
  });

  test('results in parts, with an image, and a message of the user after them', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario([{ call: weather('Oslo') }, { text: 'Thank you.' }]);
    const dialogue = startDialogue(isStream);
    const { tool_calls: calls = [] } = await dialogue.say();
    const image = { type: 'image_url', image_url: { url: toDataUrl(readImage('halves.png')) } } as const;
    const answer = {
      role: 'tool',
      tool_call_id: calls[0]?.id ?? '',
      content: [{ type: 'text', text: 'first part' }, { type: 'text', text: 'second part' }, image],
    } as unknown as ChatCompletionMessageParam;
    const hurry: ChatCompletionMessageParam = { role: 'user', content: 'And be quick about it!' };
    expect(await dialogue.say(answer, hurry)).toMatchObject({ finish: 'stop', content: 'Thank you.' });
    expect(takeConversations()).toEqual(['new', 'resumed-tools']);
    const { toolResults } = await portside.simulator.onlyRun();
    expect(toolResults).toHaveLength(1);
    for (const words of ['first part', 'second part', '[image/png image', 'And be quick about it!'])
      expect(toolResults[0]?.text).toContain(words);
  });

  test('functions and function_call of old', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ call: weather('Oslo') }, { text: 'It says {{result.0}}.' }]);
    const { openai } = clients();
    const { function: definition } = defineTool('get_weather') as Extract<ChatCompletionTool, { type: 'function' }>;
    const body = { model: 'composer-2.5', functions: [definition], function_call: 'auto' as const };
    const first = await completeWithOpenAi(openai, { ...body, messages: [QUESTION] }, isStream);
    expect(first.choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
    });
    expect(first.choices[0]?.message.tool_calls).toBeUndefined();
    const called = first.choices[0]?.message;
    if (called === undefined) throw new Error('There is no message.');
    const result: ChatCompletionMessageParam = { role: 'function', name: 'get_weather', content: 'minus seven' };
    const second = await completeWithOpenAi(openai, { ...body, messages: [QUESTION, called, result] }, isStream);
    expect(second.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'It says minus seven.' } });
    await portside.simulator.onlyRun();
  });

  test('128 tools with 300 KB of schema, and every kind of name', async () => {
    const names = [
      'a',
      'A-b_C9',
      '-',
      '0',
      'x'.repeat(64),
      'mcp__server__tool',
      'read',
      'shell',
      'custom-user-tools-a',
    ];
    const others = Array.from({ length: 128 - names.length }, (_, index) => `tool_${index}`);
    // As deep as a schema may be.
    let deep = {};
    for (let level = 3; level < 39; level += 2) deep = { properties: { deeper: deep } };
    const properties = { value: { type: 'string', description: 'padding '.repeat(300), ...deep } };
    const tools = [...names, ...others].map((name) => defineTool(name, properties));
    expect(JSON.stringify(tools).length).toBeGreaterThan(300_000);
    const { portside } = clients();
    await portside.simulator.setScenario([
      { parallel: names.map((tool) => ({ tool, args: { value: tool } })), listed: true },
      { text: 'All called.' },
    ]);
    const dialogue = startDialogue(isStream, { tools });
    const calls = callsOf(await dialogue.say());
    expect(calls.map(({ call }) => call)).toEqual(names.map((name) => ({ name, args: { value: name } })));
    expect(await dialogue.say(...calls.map(({ answer }) => answer('ok')))).toMatchObject({ content: 'All called.' });
    const run = await portside.simulator.onlyRun();
    expect(run.tools.map(({ name }) => name).toSorted()).toEqual([...names, ...others].toSorted());
    expect(run.toolResults.map(({ tool }) => tool).toSorted()).toEqual(names.toSorted());
  });
});

describe.each([false, true])('tool_choice (stream: %s)', (isStream) => {
  test('none: the model has no tools', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'I would not know.' }]);
    const message = await startDialogue(isStream, { tool_choice: 'none' }).say();
    expect(message).toMatchObject({ finish: 'stop', content: 'I would not know.' });
    expect((await portside.simulator.onlyRun()).tools).toEqual([]);
  });

  const named = { type: 'function', function: { name: 'get_time' } } as const;
  const forced: readonly { name: string; fields: Fields }[] = [
    { name: 'required', fields: { tool_choice: 'required' } },
    { name: 'named', fields: { tool_choice: named } },
  ];

  test.each(forced)('$name: a call that comes at once', async ({ fields }) => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ call: time('Oslo') }, { text: '{{result.0}}' }]);
    const dialogue = startDialogue(isStream, fields);
    const [only, ...others] = callsOf(await dialogue.say());
    expect([only?.call, others]).toEqual([{ name: 'get_time', args: { city: 'Oslo' } }, []]);
    await portside.simulator.onlyRun();
  });

  test.each(forced)('$name: a model that only talks is asked once more', async ({ fields }) => {
    const { portside } = clients();
    await portside.simulator.setScenario({
      rules: [{ times: 1, then: [{ text: 'I could look.' }] }, { then: [{ call: time('Oslo') }, { text: 'Noon.' }] }],
    });
    const message = await startDialogue(isStream, fields).say();
    expect(message.finish).toBe('tool_calls');
    expect(callsOf(message).map(({ call }) => call.name)).toEqual(['get_time']);
    expect(await portside.simulator.runs()).toHaveLength(2);
  });

  test.each(forced)('$name: a model that never calls is an error', async ({ fields }) => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'I could look.' }]);
    const error: unknown = await startDialogue(isStream, fields)
      .say()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model_output_invalid', type: 'server_error' });
    expect(await portside.simulator.runs()).toHaveLength(2);
  });
});

describe('a history that is not as it was left', () => {
  const steps: Steps = [
    { parallel: [weather('Oslo'), time('Oslo')], listed: true },
    { text: 'It is {{result.0}} at {{result.1}}.' },
  ];

  test('a result that is missing is named', async () => {
    const { portside, openai } = clients();
    await portside.simulator.setScenario(steps);
    const dialogue = startDialogue(false);
    const [first, second] = callsOf(await dialogue.say());
    if (first === undefined || second === undefined) throw new Error('There are no two calls.');
    const missing = second.answer('');
    const error: unknown = await dialogue.say(first.answer('cold')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect((error as Error).message).toContain('tool_call_id' in missing ? missing.tool_call_id : '?');
    // The run is still there for a request that has both.
    dialogue.messages.push(second.answer('noon'));
    const { choices } = await openai.chat.completions.create({
      model: 'composer-2.5',
      tools: [defineTool('get_weather'), defineTool('get_time')],
      messages: dialogue.messages,
    });
    expect(choices[0]?.message.content).toBe('It is cold at noon.');
    await portside.simulator.onlyRun();
  });

  const edits: readonly {
    name: string;
    edit: (messages: ChatCompletionMessageParam[]) => ChatCompletionMessageParam[];
  }[] = [
    {
      name: 'another first question',
      edit: ([, ...rest]) => [{ role: 'user', content: 'And in Bergen?' }, ...rest],
    },
    {
      name: 'ids that nobody gave',
      edit: (messages) => JSON.parse(JSON.stringify(messages).replaceAll(/call_[\da-f]{24}/g, (id) => `${id}_other`)),
    },
  ];

  test.each(edits)('$name: it begins anew from the transcript', async ({ edit }) => {
    const { portside, takeConversations, openai } = clients();
    await portside.simulator.setScenario({
      rules: [{ times: 1, then: steps }, { then: [{ text: 'Cold, at noon.' }] }],
    });
    const dialogue = startDialogue(false);
    const calls = callsOf(await dialogue.say());
    const answers = calls.map(({ answer }, index) => answer(index === 0 ? 'it is cold' : 'it is noon'));
    const { choices } = await openai.chat.completions.create({
      model: 'composer-2.5',
      tools: [defineTool('get_weather'), defineTool('get_time')],
      messages: edit([...dialogue.messages, ...answers]),
    });
    expect(choices[0]?.message.content).toBe('Cold, at noon.');
    expect(takeConversations()).toEqual(['new', 'rebuilt']);
    const runs = await portside.simulator.runs();
    expect(runs).toHaveLength(2);
    for (const words of ['get_weather', 'it is cold', 'it is noon']) expect(runs[1]?.prompt).toContain(words);
  });
});

describe.each([false, true])('two conversations in the same words (stream: %s)', (isStream) => {
  const steps: Steps = [{ call: weather('Oslo') }, { text: 'It is {{result.0}}.' }];

  const begin = async () => {
    const dialogue = startDialogue(isStream);
    const [only] = callsOf(await dialogue.say());
    if (only === undefined) throw new Error('There is no call.');
    return { finish: (result: string) => dialogue.say(only.answer(result)) };
  };

  test('one after the other: each is answered by its own run', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario(steps);
    for (const _ of [1, 2])
      expect(await (await begin()).finish('very mild')).toMatchObject({ content: 'It is very mild.' });
    const runs = await portside.simulator.runs();
    expect(runs.map(({ status, toolResults }) => [status, toolResults.map(({ text }) => text)])).toEqual([
      ['finished', ['very mild']],
      ['finished', ['very mild']],
    ]);
  });

  test('at the same time: each result reaches the run that asked for it', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario(steps);
    const [first, second] = [await begin(), await begin()];
    expect(await first.finish('quite dull')).toMatchObject({ content: 'It is quite dull.' });
    expect(await second.finish('quite bright')).toMatchObject({ content: 'It is quite bright.' });
    const runs = await portside.simulator.runs();
    expect(runs.map(({ status, toolResults }) => [status, toolResults.map(({ text }) => text)])).toEqual([
      ['finished', ['quite dull']],
      ['finished', ['quite bright']],
    ]);
  });
});

describe.each([false, true])('runTools (stream: %s)', (stream) => {
  test('calls functions of the caller in several rounds, in one run', async () => {
    const { portside, openai } = clients();
    await portside.simulator.setScenario([
      { parallel: [weather('Oslo'), { ...weather('Rome'), afterMs: 400 }], listed: true },
      { call: time('Rome') },
      { text: 'Oslo {{result.0}}, Rome {{result.1}} at {{result.2}}.' },
    ]);
    const called: string[] = [];
    const runnable = (name: string, answer: (city: string) => string) => ({
      type: 'function' as const,
      function: {
        name,
        description: name,
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        parse: (json: string) => JSON.parse(json) as { city: string },
        function({ city }: { city: string }) {
          called.push(`${name} ${city}`);
          return answer(city);
        },
      },
    });
    const body = {
      model: 'composer-2.5',
      messages: [QUESTION],
      tools: [
        runnable('get_weather', (city) => (city === 'Oslo' ? 'cold' : 'warm')),
        runnable('get_time', () => 'noon'),
      ],
    };
    const runner = stream
      ? openai.chat.completions.runTools({ ...body, stream: true })
      : openai.chat.completions.runTools(body);
    expect(await runner.finalContent()).toBe('Oslo cold, Rome warm at noon.');
    expect(called).toEqual(['get_weather Oslo', 'get_weather Rome', 'get_time Rome']);
    const run = await portside.simulator.onlyRun();
    expect(run.status).toBe('finished');
    expect(run.toolResults.map(({ text }) => text)).toEqual(['cold', 'warm', 'noon']);
  });
});
