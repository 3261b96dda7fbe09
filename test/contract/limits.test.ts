import { describe, expect, test } from 'vitest';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { PortsideProcess } from '../support/portside-process.ts';
import type { Steps } from '../support/simulator-control.ts';
import { GO, LOOK, MODES, useChat } from '../support/use-chat.ts';

const { contract, chat, play, start } = useChat();

const FOREVER = { sleepMs: 300_000 } as const;

const countRuns = async (portside: PortsideProcess, status: string): Promise<number> =>
  (await portside.simulator.runs()).filter((run) => run.status === status).length;

const untilRuns = (portside: PortsideProcess, status: string, count: number) =>
  expect.poll(() => countRuns(portside, status), { timeout: 5000 }).toBe(count);

describe.each(MODES)('an answer is cut, and its run cancelled (stream: %s)', (isStream) => {
  const text = 'The quick brown fox jumps over the lazy dog. 🐕‍🦺 世界, Grüße!';
  const rows: readonly { name: string; fields: object; expected: string; reason: string; steps?: Steps }[] = [
    { name: 'at a stop sequence', fields: { stop: ' fox' }, expected: 'The quick brown', reason: 'stop' },
    {
      name: 'at the first of four',
      fields: { stop: ['dog', 'zebra', 'lazy', 'over'] },
      expected: 'The quick brown fox jumps ',
      reason: 'stop',
    },
    {
      name: 'at one that begins like another',
      fields: { stop: ['jumps under', 'jumps over the l'] },
      expected: 'The quick brown fox ',
      reason: 'stop',
    },
    {
      name: 'within a sign of several parts',
      fields: { stop: '世界' },
      expected: text.slice(0, text.indexOf('世界')),
      reason: 'stop',
    },
    { name: 'at its very beginning', fields: { stop: 'The' }, expected: '', reason: 'stop' },
    { name: 'at max_tokens', fields: { max_tokens: 4 }, expected: 'The quick brown fox', reason: 'length' },
    {
      name: 'at max_completion_tokens',
      fields: { max_completion_tokens: 3, max_tokens: 1 },
      expected: 'The quick brown',
      reason: 'length',
    },
    {
      name: 'at max_completion_tokens, which thinking uses up',
      fields: { max_completion_tokens: 3 },
      steps: [{ thinking: 'Well then' }, { text }, FOREVER],
      expected: 'The',
      reason: 'length',
    },
    {
      name: 'at max_tokens, which thinking does not touch',
      fields: { max_tokens: 2 },
      steps: [{ thinking: 'Well then, let me think about this.' }, { text }, FOREVER],
      expected: 'The quick',
      reason: 'length',
    },
    {
      name: 'at whichever comes first',
      fields: { max_tokens: 5, stop: [' brown', 'dog'] },
      expected: 'The quick',
      reason: 'stop',
    },
  ];

  test.each(rows)('$name', async ({ fields, expected, reason, steps }) => {
    const { portside } = contract();
    for (const chunk of [1, 7, 500]) {
      await play(steps ?? [{ text, chunk }, FOREVER]);
      const outcome = await chat(fields, { isStream });
      expect(outcome).toMatchObject({ status: 200, text: expected, finishReason: reason });
      if ('max_tokens' in fields && reason === 'length' && !('max_completion_tokens' in fields)) {
        expect(outcome.body.usage).toMatchObject({
          completion_tokens_details: { reasoning_tokens: expect.any(Number) },
        });
        expect(countTokens(outcome.text)).toBe(fields.max_tokens);
      }
      await untilRuns(portside, 'cancelled', 1);
    }
  });

  test.each([
    { name: 'no stop sequence occurs', fields: { stop: ['cat', 'dog!'] } },
    { name: 'it is just as long as it may be', fields: { max_tokens: countTokens(text) } },
    { name: 'stop is null or empty', fields: { stop: null, max_tokens: null } },
    { name: 'the stop sequence is empty', fields: { stop: [''] } },
  ])('but not where $name', async ({ fields }) => {
    await play([{ text, chunk: 2 }]);
    expect(await chat(fields, { isStream })).toMatchObject({ status: 200, text, finishReason: 'stop' });
    expect((await contract().portside.simulator.onlyRun()).status).toBe('finished');
  });

  test('with the tokens that it had', async () => {
    await play([{ text: 'one two three four five' }, FOREVER]);
    const { body } = await chat({ max_tokens: 3 }, { isStream });
    expect(body.usage).toMatchObject({ completion_tokens: 3 });
    expect(body.cursor_metadata).toMatchObject({ usage_estimated: true });
  });
});

describe.each(MODES)('several answers (stream: %s)', (isStream) => {
  test.each([1, 2, 8])('n: %i', async (n) => {
    const { portside } = contract();
    const usage = { usage: { input: 10, output: 3, cacheRead: 4, cacheWrite: 1, reasoning: 2 } };
    await portside.simulator.setScenario({
      rules: Array.from({ length: 8 }, (_, index) => ({
        times: 1,
        then: [{ text: `Answer ${index} `.repeat(20), chunk: 5, everyMs: 1 }, usage],
      })),
    });
    const { status, body } = await chat({ n }, { isStream });
    expect(status).toBe(200);
    expect(body.choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual(
      Array.from({ length: n }, (_, index) => [index, 'stop']),
    );
    const texts = body.choices.map(({ message }) => message.content);
    expect(new Set(texts)).toEqual(new Set(Array.from({ length: n }, (_, index) => `Answer ${index} `.repeat(20))));
    expect(body.usage).toMatchObject({
      prompt_tokens: 15 * n,
      completion_tokens: 3 * n,
      total_tokens: 18 * n,
      prompt_tokens_details: { cached_tokens: 4 * n },
      completion_tokens_details: { reasoning_tokens: 2 * n },
    });
    expect(new Set((await portside.simulator.runs()).map(({ agentId }) => agentId)).size).toBe(n);
  });

  test('one that fails ends all', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario({
      rules: [
        { times: 1, then: [{ sleepMs: 200 }, { fail: { code: 'resource_exhausted', message: 'One too many.' } }] },
        { then: [FOREVER] },
      ],
    });
    const outcome = await chat({ n: 3 }, { isStream });
    expect(outcome).toMatchObject({
      status: 429,
      body: { error: { message: expect.stringContaining('One too many.') } },
    });
    await untilRuns(portside, 'running', 0);
    expect(await countRuns(portside, 'cancelled')).toBe(2);
  });

  test('are each cut by themselves', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario({
      rules: [{ times: 1, then: [{ text: 'a b STOP c' }, FOREVER] }, { then: [{ text: 'x y z' }] }],
    });
    const { body } = await chat({ n: 2, stop: 'STOP' }, { isStream });
    expect(new Set(body.choices.map(({ message }) => message.content))).toEqual(new Set(['a b ', 'x y z']));
  });

  test('can each call tools', async () => {
    const { portside } = contract();
    await play([{ call: { tool: 'look' } }, { text: 'It is {{result.0}}.' }]);
    const { body } = await chat(
      { n: 2, tools: [LOOK], messages: [{ role: 'user', content: `Twice ${isStream}` }] },
      { isStream },
    );
    expect(body.choices.map(({ finish_reason }) => finish_reason)).toEqual(['tool_calls', 'tool_calls']);
    const ids = body.choices.flatMap(({ message }) => (message.tool_calls ?? []).map(({ id }) => id));
    expect(new Set(ids).size).toBe(2);
    expect(await countRuns(portside, 'running')).toBe(2);
    for (const [index, { message }] of body.choices.entries()) {
      const result = { role: 'tool', tool_call_id: ids[index], content: `color ${index}` };
      const messages = [{ role: 'user', content: `Twice ${isStream}` }, message, result];
      expect(await chat({ messages, tools: [LOOK] }, { isStream })).toMatchObject({
        conversation: 'resumed-tools',
        text: `It is color ${index}.`,
      });
    }
  });
});

describe('the form of the answer', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const OBJECT = { response_format: { type: 'json_object' } };
  const SCHEMA = { response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } } };
  const ADA = { name: 'Ada', age: 36 };

  describe.each(MODES)('(stream: %s)', (isStream) => {
    test.each<{ name: string; fields: object; said: string }>([
      { name: 'as it is', fields: SCHEMA, said: JSON.stringify(ADA) },
      { name: 'among words', fields: SCHEMA, said: `Sure! Here it is: ${JSON.stringify(ADA)} I hope it helps.` },
      { name: 'in a fence', fields: SCHEMA, said: `Sure:\n\`\`\`json\n${JSON.stringify(ADA, null, 2)}\n\`\`\`` },
      { name: 'nearly JSON', fields: SCHEMA, said: "{name: 'Ada', age: 36,}" },
      { name: 'as any object', fields: OBJECT, said: 'Sure: {"name":"Ada","age":36}' },
    ])('is found $name', async ({ fields, said }) => {
      await play([{ text: said, chunk: 3 }]);
      const outcome = await chat(fields, { isStream });
      expect(outcome).toMatchObject({ status: 200, finishReason: 'stop' });
      expect(JSON.parse(outcome.text)).toEqual(ADA);
      const { prompt } = await contract().portside.simulator.onlyRun();
      expect(prompt).toContain('Go');
      if (fields === SCHEMA) expect(prompt).toContain(JSON.stringify(schema));
    });

    test.each<{ name: string; fields: object; wrong: string; told: RegExp }>([
      { name: 'is no JSON', fields: SCHEMA, wrong: 'I cannot say.', told: /no JSON/ },
      { name: 'does not fit the schema', fields: SCHEMA, wrong: '{"name":"Ada","age":-1}', told: /age/ },
      { name: 'is no object', fields: OBJECT, wrong: '[1,2]', told: /no object/ },
    ])('is asked for once more where it $name', async ({ fields, wrong, told }) => {
      const { simulator } = contract().portside;
      await simulator.setScenario({
        rules: [
          { times: 1, then: [{ text: wrong }, { usage: { input: 10, output: 3 } }] },
          { then: [{ text: JSON.stringify(ADA) }, { usage: { input: 20, output: 5 } }] },
        ],
      });
      const outcome = await chat(fields, { isStream });
      expect(outcome).toMatchObject({ status: 200, text: JSON.stringify(ADA), finishReason: 'stop' });
      // Both runs were paid for.
      expect(outcome.body.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 8 });
      const runs = await simulator.runs();
      expect(runs).toHaveLength(2);
      expect(runs[1]).toMatchObject({ agentId: runs[0]?.agentId, history: [{ role: 'user' }, { text: wrong }] });
      expect(runs[1]?.prompt).toMatch(told);
    });

    test('that stays wrong is an honest error', async () => {
      await play([{ text: '{"name":"Ada"}' }]);
      const outcome = await chat(SCHEMA, { isStream });
      expect(outcome).toMatchObject({
        status: 502,
        body: { error: { message: expect.stringMatching(/age/), code: 'model_output_invalid' } },
      });
      // The official clients would try it again, at the user's cost.
      expect(outcome.headers.get('x-should-retry')).toBe('false');
      expect(await contract().portside.simulator.runs()).toHaveLength(2);

      await play([{ fail: { code: 'internal', message: 'died' } }]);
      const failed = await chat({}, { isStream });
      expect([failed.status, failed.headers.get('x-should-retry')]).toEqual([502, null]);
    });

    test('can be continued', async () => {
      const { simulator } = contract().portside;
      await play([{ text: `Sure: ${JSON.stringify(ADA)}` }]);
      const question = { role: 'user', content: `Who? (${isStream})` };
      const first = await chat({ ...SCHEMA, messages: [question] }, { isStream });
      const second = await chat(
        { messages: [question, first.message, { role: 'user', content: 'And?' }] },
        { isStream },
      );
      expect(second.conversation).toBe('continued');
      expect((await simulator.runs())[1]).toMatchObject({ prompt: 'And?' });
    });

    test('that the token limit cuts says so', async () => {
      await play([{ text: JSON.stringify(ADA) }, FOREVER]);
      expect(await chat({ ...SCHEMA, max_tokens: 3 }, { isStream })).toMatchObject({
        status: 200,
        finishReason: 'length',
      });
    });

    test('works with tools', async () => {
      await play([{ call: { tool: 'look' } }, { text: JSON.stringify(ADA) }]);
      const question = { role: 'user', content: `Who is it? (${isStream})` };
      const fields = { ...SCHEMA, tools: [LOOK] };
      const called = await chat({ ...fields, messages: [question] }, { isStream });
      expect(called.finishReason).toBe('tool_calls');
      const result = { role: 'tool', tool_call_id: called.message.tool_calls?.[0]?.id, content: 'seen' };
      const done = await chat({ ...fields, messages: [question, called.message, result] }, { isStream });
      expect(done).toMatchObject({ conversation: 'resumed-tools', text: JSON.stringify(ADA) });
    });
  });
});

describe('admission', () => {
  test('waits for a free place, and refuses what is beyond the queue', async () => {
    const portside = await start({ PORTSIDE_MAX_CONCURRENT_RUNS: '1', PORTSIDE_MAX_QUEUED_RUNS: '1' });
    await portside.simulator.setScenario([{ text: 'slow', chunk: 1, everyMs: 200 }]);
    const from = portside;
    const first = chat({}, { from });
    await untilRuns(portside, 'running', 1);
    const outcomes = await Promise.all(MODES.map((isStream) => chat({}, { from, isStream })));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const refused = outcomes.find(({ status }) => status === 429);
    expect(refused?.body).toEqual({
      error: {
        message: expect.stringMatching(/maxConcurrentRuns/),
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await first).text).toBe('slow');
    expect(await portside.simulator.runs()).toHaveLength(2);
  });

  test('does not count runs that wait for tool results', async () => {
    const portside = await start({ PORTSIDE_MAX_CONCURRENT_RUNS: '1', PORTSIDE_MAX_QUEUED_RUNS: '0' });
    await portside.simulator.setScenario({
      rules: [
        { when: { tool: 'look' }, then: [{ call: { tool: 'look' } }, { text: 'Red.' }] },
        { then: [{ text: 'Hi.' }] },
      ],
    });
    const from = portside;
    const called = await chat({ tools: [LOOK] }, { from });
    expect(called.finishReason).toBe('tool_calls');
    expect(await chat({}, { from })).toMatchObject({ status: 200, text: 'Hi.' });
    const result = { role: 'tool', tool_call_id: called.message.tool_calls?.[0]?.id, content: 'seen' };
    const resumed = await chat({ tools: [LOOK], messages: [...GO.messages, called.message, result] }, { from });
    expect(resumed).toMatchObject({ status: 200, conversation: 'resumed-tools', text: 'Red.' });
  });

  test('gives the place of a client that hung up to the next', async () => {
    const portside = await start({ PORTSIDE_MAX_CONCURRENT_RUNS: '1', PORTSIDE_MAX_QUEUED_RUNS: '1' });
    await portside.simulator.setScenario({ rules: [{ times: 1, then: [FOREVER] }, { then: [{ text: 'Hi.' }] }] });
    const controllers = [new AbortController(), new AbortController()];
    const [running, queued] = controllers;
    const given = async (controller?: AbortController) =>
      chat({}, { from: portside, ...(controller && { signal: controller.signal }) }).catch(() => null);
    const first = given(running);
    await untilRuns(portside, 'running', 1);
    const second = given(queued);
    queued?.abort();
    await second;
    const third = given();
    running?.abort();
    await first;
    expect(await third).toMatchObject({ status: 200, text: 'Hi.' });
    expect((await portside.simulator.runs()).map(({ status }) => status)).toEqual(['cancelled', 'finished']);
  });

  test('serves several answers one after the other', async () => {
    const portside = await start({ PORTSIDE_MAX_CONCURRENT_RUNS: '1' });
    await portside.simulator.setScenario([{ text: 'Hi.' }]);
    for (const isStream of MODES) {
      const { status, body } = await chat({ n: 4 }, { from: portside, isStream });
      expect([status, body.choices.map(({ message }) => message.content)]).toEqual([200, ['Hi.', 'Hi.', 'Hi.', 'Hi.']]);
    }
  });

  test.each(MODES)('passes Cursor’s own limit on with its text (stream: %s)', async (isStream) => {
    await play([{ fail: { code: 'resource_exhausted', title: 'Slow down', message: 'Until noon.', error: 50 } }]);
    expect(await chat({}, { isStream })).toMatchObject({
      status: 429,
      body: { error: { message: expect.stringMatching(/Slow down.*Until noon/), code: 'rate_limit_exceeded' } },
    });
  });
});
