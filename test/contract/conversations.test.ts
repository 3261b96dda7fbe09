import { describe, expect, onTestFinished, test } from 'vitest';
import type { HistoryEntry, RunRecord } from '../../src/simulator/run-log.ts';
import { type ChatOutcome, completeChat } from '../support/complete-chat.ts';
import { useContract } from '../support/contract-client.ts';
import { startPortside } from '../support/portside-process.ts';
import { findBridge } from '../support/process-tree.ts';
import type { Steps } from '../support/simulator-control.ts';

const contract = useContract();

const MODES = [false, true] as const;
const FIRST = { role: 'user', content: 'My name is Ada.' };
const NEXT = { role: 'user', content: 'What is my name?' };
const LOOK = {
  type: 'function',
  function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } },
};
const HELLO: Steps = [{ thinking: 'A greeting.' }, { text: 'Hello Ada!' }];
const EXCHANGE = [
  { role: 'user', text: 'My name is Ada.' },
  { role: 'assistant', text: 'Hello Ada!' },
] satisfies HistoryEntry[];

interface Options {
  readonly isStream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const chat = (body: object, options: Options = {}): Promise<ChatOutcome> =>
  completeChat(contract().fetch, { model: 'composer-2.5', ...body }, options);

const play = (steps: Steps): Promise<void> => contract().portside.simulator.setScenario(steps);

/** The run of each request, of which there must be as many. */
const runsOf = async (count: number): Promise<RunRecord[]> => {
  const runs = await contract().portside.simulator.runs();
  expect(runs).toHaveLength(count);
  return runs;
};

/** Tells the whole of an earlier exchange to a new agent. */
const toTranscript = (answer: string, question = FIRST.content): string =>
  [
    '<conversation>',
    '<message role="user">',
    question,
    '</message>',
    '<message role="assistant">',
    answer,
    '</message>',
    '</conversation>',
  ].join('\n');

describe('a request that goes on with a known conversation', () => {
  const answers: readonly { name: string; answer: object }[] = [
    { name: 'just as it came', answer: { role: 'assistant', content: 'Hello Ada!' } },
    { name: 'in parts', answer: { role: 'assistant', content: [{ type: 'text', text: 'Hello Ada!' }] } },
    { name: 'in two parts', answer: { role: 'assistant', content: [{ type: 'text', text: 'Hello Ada!' }], name: 'a' } },
    {
      name: 'with the reasoning',
      answer: { role: 'assistant', content: 'Hello Ada!', reasoning_content: 'A greeting.' },
    },
    {
      name: 'with all that clients add',
      answer: {
        role: 'assistant',
        content: 'Hello Ada!',
        refusal: null,
        annotations: [],
        audio: null,
        tool_calls: [],
        function_call: null,
      },
    },
    { name: 'with white space around it', answer: { role: 'assistant', content: '\nHello Ada! ' } },
  ];

  describe.each(MODES)('(stream: %s)', (isStream) => {
    test.each(answers)('sends but what is new: the answer comes back $name', async ({ answer }) => {
      await play(HELLO);
      const first = await chat({ messages: [FIRST] }, { isStream });
      expect(first).toMatchObject({ status: 200, conversation: 'new', text: 'Hello Ada!' });
      const second = await chat({ messages: [FIRST, answer, NEXT] }, { isStream });
      expect(second).toMatchObject({ status: 200, conversation: 'continued', text: 'Hello Ada!' });
      const [one, two] = await runsOf(2);
      expect(two).toMatchObject({ agentId: one?.agentId, prompt: NEXT.content, history: EXCHANGE });
      expect(second.body.cursor_metadata).toMatchObject({ agent_id: two?.agentId });
    });
  });

  test.each<{ name: string; fields: object }>([
    { name: 'a limit', fields: { max_tokens: 500 } },
    { name: 'a stop sequence', fields: { stop: 'XYZ' } },
    { name: 'a temperature', fields: { temperature: 0.3, seed: 7 } },
    { name: 'the other form of answer', fields: { stream: true } },
    { name: 'the default model by its alias', fields: { model: 'composer' } },
  ])('… also with $name', async ({ fields }) => {
    await play(HELLO);
    const first = await chat({ messages: [FIRST] });
    const second = await chat({ messages: [FIRST, first.message, NEXT], ...fields });
    expect(second.conversation).toBe('continued');
    const [one, two] = await runsOf(2);
    expect(two).toMatchObject({ agentId: one?.agentId, prompt: NEXT.content });
  });

  test('sends every turn but once, however long it gets', async () => {
    await contract().portside.simulator.setScenario({});
    const messages: object[] = [];
    for (let turn = 1; turn <= 6; turn += 1) {
      messages.push({ role: 'user', content: `Turn ${turn}` });
      const { conversation, message } = await chat({ messages }, { isStream: turn % 2 === 0 });
      expect(conversation).toBe(turn === 1 ? 'new' : 'continued');
      messages.push(message);
    }
    const runs = await runsOf(6);
    expect(new Set(runs.map(({ agentId }) => agentId)).size).toBe(1);
    expect(runs.map(({ prompt, history }) => [prompt, history.length])).toEqual(
      runs.map((_run, index) => [`Turn ${index + 1}`, index * 2]),
    );
  });

  test('sends all messages that are new, and none that is not', async () => {
    await play(HELLO);
    const first = await chat({ messages: [FIRST] });
    const added = [
      { role: 'user', content: 'One more thing.' },
      { role: 'user', content: 'And another.' },
    ];
    expect((await chat({ messages: [FIRST, first.message, ...added] })).conversation).toBe('continued');
    const [, two] = await runsOf(2);
    expect(two?.prompt).toBe('One more thing.\n\nAnd another.');
  });

  test.each(MODES)('remembers tool calls (stream: %s)', async (isStream) => {
    await contract().portside.simulator.setScenario({
      rules: [
        {
          when: { prompt: 'name is' },
          then: [{ text: 'I look.' }, { call: { tool: 'look', args: { at: 'it' } } }, { text: 'It is {{result.0}}.' }],
        },
        { then: [{ text: 'Ada.' }] },
      ],
    });
    const tools = [LOOK];
    const question = { role: 'user', content: `My name is Ada (stream: ${isStream}).` };
    const called = await chat({ messages: [question], tools }, { isStream });
    expect(called).toMatchObject({ conversation: 'new', finishReason: 'tool_calls' });
    const [call] = called.message.tool_calls ?? [];
    const sentBack = {
      role: 'assistant',
      content: [{ type: 'text', text: 'I look.' }],
      reasoning_content: '',
      refusal: null,
      tool_calls: [{ ...call, index: 0, function: { name: 'look', arguments: '{ "at" : "it" }' } }],
    };
    const result = { role: 'tool', tool_call_id: call?.id, content: 'seen' };
    const resumed = await chat({ messages: [question, sentBack, result], tools }, { isStream });
    expect(resumed).toMatchObject({ status: 200, conversation: 'resumed-tools', text: 'It is seen.' });
    const later = await chat({ messages: [question, sentBack, result, resumed.message, NEXT], tools }, { isStream });
    expect(later).toMatchObject({ conversation: 'continued', text: 'Ada.' });
    const [one, two] = await runsOf(2);
    expect(two).toMatchObject({ agentId: one?.agentId, prompt: NEXT.content });
  });

  test.each([{ content: null }, { content: '' }, {}, { content: [] }])(
    'takes %j for an answer of calls alone',
    async (content) => {
      await contract().portside.simulator.setScenario({
        rules: [{ when: { prompt: 'name is' }, then: [{ call: { tool: 'look' } }, { text: 'x' }] }, { then: HELLO }],
      });
      const tools = [LOOK];
      const question = { role: 'user', content: `My name is ${JSON.stringify(content)}.` };
      const { message } = await chat({ messages: [question], tools });
      const { content: _dropped, ...rest } = message;
      const history = [
        question,
        { ...rest, ...content },
        { role: 'tool', tool_call_id: message.tool_calls?.[0]?.id, content: 'seen' },
      ];
      const resumed = await chat({ messages: history, tools });
      expect(resumed.conversation).toBe('resumed-tools');
      const later = await chat({ messages: [...history, resumed.message, NEXT], tools });
      expect(later.conversation).toBe('continued');
    },
  );
});

describe('the same conversation twice', () => {
  const tools = [LOOK];
  const begin = async (question: object): Promise<readonly object[]> => {
    const { message } = await chat({ messages: [question], tools });
    expect(message.tool_calls).toHaveLength(1);
    return [question, message];
  };
  const goOn = (before: readonly object[], content: string): Promise<ChatOutcome> => {
    const calls = before.flatMap((message) =>
      'tool_calls' in message && Array.isArray(message.tool_calls) ? message.tool_calls : [],
    );
    return chat({ messages: [...before, { role: 'tool', tool_call_id: calls[0]?.id, content }], tools });
  };
  const CALL: Steps = [{ call: { tool: 'look' } }, { text: 'It is {{result.0}}.' }];

  test('side by side: each goes on with its own run', async () => {
    await play(CALL);
    const question = { role: 'user', content: 'Look, side by side.' };
    const [left, right] = [await begin(question), await begin(question)];
    expect((await runsOf(2)).map(({ status }) => status)).toEqual(['running', 'running']);
    expect(await goOn(left, 'red')).toMatchObject({ conversation: 'resumed-tools', text: 'It is red.' });
    expect(await goOn(right, 'blue')).toMatchObject({ conversation: 'resumed-tools', text: 'It is blue.' });
    expect(await runsOf(2)).toMatchObject([
      { status: 'finished', toolResults: [{ text: 'red' }] },
      { status: 'finished', toolResults: [{ text: 'blue' }] },
    ]);
  });

  test('its results may come twice at once: they are given once', async () => {
    await play([{ call: { tool: 'look' } }, { text: 'It is {{result.0}}.', chunk: 1, everyMs: 20 }]);
    const before = await begin({ role: 'user', content: 'Look, twice at once.' });
    const first = goOn(before, 'red');
    await expect.poll(async () => (await runsOf(1))[0]?.toolResults.length).toBe(1);
    expect((await goOn(before, 'red')).text).toBe('It is red.');
    expect((await first).text).toBe('It is red.');
    await runsOf(1);
  });

  test('one after the other: the first one’s answer is never given again', async () => {
    await play(CALL);
    const question = { role: 'user', content: 'Look, one after the other.' };
    for (const count of [1, 2]) {
      const outcome = await goOn(await begin(question), 'red');
      const run = (await runsOf(count)).at(-1);
      expect(run).toMatchObject({ status: 'finished', toolResults: [{ text: 'red' }] });
      expect(outcome).toMatchObject({ text: 'It is red.', body: { cursor_metadata: { agent_id: run?.agentId } } });
    }
  });
});

describe('it is another conversation', () => {
  const system = { role: 'system', content: 'Be nice.' };
  const rows: readonly { name: string; before: object; after: object; headers?: Record<string, string> }[] = [
    { name: 'with a system prompt', before: {}, after: { messages: [system] } },
    {
      name: 'with another system prompt',
      before: { messages: [{ role: 'system', content: 'Be rude.' }] },
      after: { messages: [system] },
    },
    { name: 'without the system prompt', before: { messages: [system] }, after: {} },
    { name: 'with tools', before: {}, after: { tools: [LOOK] } },
    {
      name: 'with another schema of a tool',
      before: { tools: [{ ...LOOK, function: { ...LOOK.function, parameters: { type: 'object' } } }] },
      after: { tools: [LOOK] },
    },
    { name: 'with another model', before: {}, after: { model: 'claude-opus-4.5' } },
    {
      name: 'with another effort',
      before: { model: 'gpt-5.1', reasoning_effort: 'low' },
      after: { model: 'gpt-5.1', reasoning_effort: 'high' },
    },
    { name: 'with another parameter', before: {}, after: { cursor_params: { fast: true } } },
    { name: 'in another session of its client', before: {}, after: {}, headers: { 'x-session-affinity': 'b' } },
  ];

  test.each(rows)('$name', async ({ name, before, after, headers = {} }) => {
    await play(HELLO);
    // Other rows have the same conversation in their own shapes.
    const question = { role: 'user', content: `My name is Ada, ${name}.` };
    const withMessages = (fields: object, messages: readonly object[]): object => ({
      ...fields,
      messages: [...('messages' in fields && Array.isArray(fields.messages) ? fields.messages : []), ...messages],
    });
    const first = await chat(withMessages(before, [question]));
    const second = await chat(withMessages(after, [question, first.message, NEXT]), { headers });
    expect(second).toMatchObject({ status: 200, conversation: 'new', text: 'Hello Ada!' });
    const [one, two] = await runsOf(2);
    expect(two?.agentId).not.toBe(one?.agentId);
    expect(two).toMatchObject({ history: [] });
    expect(two?.prompt).toContain(toTranscript('Hello Ada!', question.content));
    expect(two?.prompt.endsWith(`\n\n${NEXT.content}`)).toBe(true);
    // The other one is not disturbed by it.
    const third = await chat(withMessages(before, [question, first.message, NEXT]));
    expect(third.conversation).toBe('continued');
    expect((await runsOf(3))[2]).toMatchObject({
      agentId: one?.agentId,
      prompt: NEXT.content,
      history: [{ text: question.content }, { text: 'Hello Ada!' }],
    });
  });
});

describe('a conversation is told anew to a fresh agent', () => {
  const expectRebuilt = async (outcome: ChatOutcome, answer: string): Promise<void> => {
    expect(outcome).toMatchObject({ status: 200, conversation: 'rebuilt' });
    const runs = await contract().portside.simulator.runs();
    const last = runs.at(-1);
    expect(last?.prompt).toContain(toTranscript(answer));
    expect(last?.prompt.endsWith(`\n\n${NEXT.content}`)).toBe(true);
    expect(last).toMatchObject({ history: [], status: 'finished' });
    expect(runs.slice(0, -1).map(({ agentId }) => agentId)).not.toContain(last?.agentId);
  };

  describe.each(MODES)('(stream: %s)', (isStream) => {
    test('after an edit of an answer', async () => {
      await play(HELLO);
      await chat({ messages: [FIRST] }, { isStream });
      const edited = { role: 'assistant', content: 'Hello Eve!' };
      await expectRebuilt(await chat({ messages: [FIRST, edited, NEXT] }, { isStream }), 'Hello Eve!');
    });

    test('when a turn is asked for again', async () => {
      await play(HELLO);
      const { message } = await chat({ messages: [FIRST] }, { isStream });
      await chat({ messages: [FIRST, message, { role: 'user', content: 'Who am I?' }] }, { isStream });
      await expectRebuilt(await chat({ messages: [FIRST, message, NEXT] }, { isStream }), 'Hello Ada!');
    });

    test('for the twin of a request under way', async () => {
      await play(HELLO);
      const { message } = await chat({ messages: [FIRST] }, { isStream });
      const messages = [FIRST, message, NEXT];
      const twins = await Promise.all([chat({ messages }, { isStream }), chat({ messages }, { isStream })]);
      expect(twins.map(({ text }) => text)).toEqual(['Hello Ada!', 'Hello Ada!']);
      expect(new Set(twins.map(({ conversation }) => conversation))).toEqual(new Set(['continued', 'rebuilt']));
      const [one, ...others] = await runsOf(3);
      expect(others.filter(({ agentId }) => agentId === one?.agentId)).toMatchObject([
        { prompt: NEXT.content, history: EXCHANGE },
      ]);
    });

    test('after a stop sequence, with the answer as the client saw it', async () => {
      await play([{ text: 'Hello Ada! And goodbye.', chunk: 3, everyMs: 1 }, { sleepMs: 300_000 }]);
      const first = await chat({ messages: [FIRST], stop: ' And' }, { isStream });
      expect(first).toMatchObject({ text: 'Hello Ada!', finishReason: 'stop' });
      await expect.poll(async () => (await runsOf(1))[0]?.status, { timeout: 5000 }).toBe('cancelled');
      await play(HELLO);
      await expectRebuilt(await chat({ messages: [FIRST, first.message, NEXT] }, { isStream }), 'Hello Ada!');
    });

    test('after the token limit, with the answer as the client saw it', async () => {
      await play([{ text: 'one two three four five' }, { sleepMs: 300_000 }]);
      const first = await chat({ messages: [FIRST], max_tokens: 2 }, { isStream });
      expect(first).toMatchObject({ text: 'one two', finishReason: 'length' });
      await expect.poll(async () => (await runsOf(1))[0]?.status, { timeout: 5000 }).toBe('cancelled');
      await play(HELLO);
      await expectRebuilt(await chat({ messages: [FIRST, first.message, NEXT] }, { isStream }), 'one two');
    });

    test('after a failed run', async () => {
      await contract().portside.simulator.setScenario({
        rules: [
          { when: { prompt: 'Fail' }, then: [{ fail: { code: 'resource_exhausted', message: 'no' } }] },
          { then: HELLO },
        ],
      });
      const { message } = await chat({ messages: [FIRST] }, { isStream });
      const failed = await chat({ messages: [FIRST, message, { role: 'user', content: 'Fail' }] }, { isStream });
      expect(failed).toMatchObject({ status: 429, conversation: 'continued' });
      await expectRebuilt(await chat({ messages: [FIRST, message, NEXT] }, { isStream }), 'Hello Ada!');
    });

    test('after its bridge was lost while it waited for tool results', async () => {
      const { portside } = contract();
      await play([{ call: { tool: 'look' } }, { text: 'x' }]);
      const question = { role: 'user', content: `Look (${isStream}).` };
      const { message } = await chat({ messages: [question], tools: [LOOK] }, { isStream });
      const bridge = findBridge(portside.serverPid);
      if (bridge === undefined) throw new Error('There is no bridge.');
      await play(HELLO);
      process.kill(bridge.pid, 'SIGKILL');
      const result = { role: 'tool', tool_call_id: message.tool_calls?.[0]?.id, content: 'It is red.' };
      const outcome = await chat({ messages: [question, message, result], tools: [LOOK] }, { isStream });
      expect(outcome).toMatchObject({ status: 200, conversation: 'rebuilt', text: 'Hello Ada!' });
      expect((await portside.simulator.onlyRun()).prompt).toContain('It is red.');
    });

    test('after its bridge was lost', async () => {
      const { portside } = contract();
      await play(HELLO);
      const { message } = await chat({ messages: [FIRST] }, { isStream });
      const bridge = findBridge(portside.serverPid);
      if (bridge === undefined) throw new Error('There is no bridge.');
      process.kill(bridge.pid, 'SIGKILL');
      await expectRebuilt(await chat({ messages: [FIRST, message, NEXT] }, { isStream }), 'Hello Ada!');
    });
  });

  test('after its client hung up in mid-stream', async () => {
    const { openai } = contract();
    await play([{ text: 'Half an answer' }, { sleepMs: 300_000 }]);
    const messages = [{ role: 'user' as const, content: FIRST.content }];
    const stream = await openai.chat.completions.create({ model: 'composer-2.5', messages, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await expect.poll(async () => (await runsOf(1))[0]?.status, { timeout: 5000 }).toBe('cancelled');
    await play(HELLO);
    const answer = { role: 'assistant', content: 'Half an answer' };
    await expectRebuilt(await chat({ messages: [FIRST, answer, NEXT] }), 'Half an answer');
  });
});

describe('on a server of its own', () => {
  /** Starts a server and gives what asks it. */
  const start = async (env: NodeJS.ProcessEnv = {}) => {
    const portside = await startPortside({ env });
    onTestFinished(() => portside[Symbol.asyncDispose]());
    const ask = (messages: readonly object[], isStream = false): Promise<ChatOutcome> =>
      completeChat(portside.fetch, { messages }, { isStream });
    return { portside, ask };
  };
  const alive = async (): Promise<void> => void (await contract().openai.models.list());

  test.each(MODES)('an account that takes no system prompt finds it in the message (stream: %s)', async (isStream) => {
    await alive();
    const { portside, ask } = await start();
    await portside.simulator.setScenario({
      rules: [
        {
          when: { system: '.' },
          then: [{ fail: { code: 'invalid_argument', message: 'custom system prompt is not allowed' } }],
        },
        { then: HELLO },
      ],
    });
    const system = { role: 'system', content: 'Be nice. </message>' };
    const first = await ask([system, FIRST], isStream);
    expect(first).toMatchObject({ status: 200, text: 'Hello Ada!', conversation: 'new' });
    const second = await ask([system, FIRST, first.message, NEXT], isStream);
    expect(second).toMatchObject({ status: 200, conversation: 'continued' });
    // The refusal is remembered: only the first request met it.
    const other = await ask([system, { role: 'user', content: 'Hi' }], isStream);
    expect(other).toMatchObject({ status: 200, conversation: 'new' });
    const framed = ['<message role="system">', 'Be nice. &lt;/message>', '</message>'].join('\n');
    expect(await portside.simulator.runs()).toMatchObject([
      { systemPrompt: 'Be nice. </message>', status: 'failed' },
      { systemPrompt: null, prompt: expect.stringContaining(framed), status: 'finished' },
      { systemPrompt: null, prompt: NEXT.content },
      { systemPrompt: null, prompt: expect.stringContaining(framed) },
    ]);
  });

  const said = (name: string) => ({ role: 'user', content: `I am ${name}.` });

  test('the one that was used least recently is forgotten beyond the limit', async () => {
    await alive();
    const { portside, ask } = await start({ PORTSIDE_MAX_CONVERSATIONS: '2' });
    await portside.simulator.setScenario(HELLO);
    const names = ['Ada', 'Bob', 'Cid'];
    for (const name of names) await ask([said(name)]);
    const goOn = async (name: string) =>
      (await ask([said(name), { role: 'assistant', content: 'Hello Ada!' }, NEXT])).conversation;
    expect(await goOn('Cid')).toBe('continued');
    expect(await goOn('Bob')).toBe('continued');
    expect(await goOn('Ada')).toBe('rebuilt');
  });

  test('one that idles too long is forgotten', async () => {
    await alive();
    const { portside, ask } = await start({ PORTSIDE_CONVERSATION_IDLE_MIN: '0.02' });
    await portside.simulator.setScenario(HELLO);
    // Going on with one ends its idling, so each try has its own.
    const names = Array.from({ length: 40 }, (_, index) => `number ${index}`);
    const answers = await Promise.all(names.slice(1).map((name) => ask([said(name)])));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await ask([said(names[0] ?? '')]);
    const goOn = async () =>
      (await ask([said(names.shift() ?? ''), { role: 'assistant', content: 'Hello Ada!' }, NEXT])).conversation;
    expect(await goOn()).toBe('continued');
    await expect.poll(goOn, { timeout: 10_000, interval: 250 }).toBe('rebuilt');
    expect((await portside.simulator.runs()).at(-1)?.prompt).toMatch(/^<message role="assistant">\nHello Ada!$/m);
  });
});
