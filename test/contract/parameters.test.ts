import { describe, expect, test } from 'vitest';
import type { PortsideProcess } from '../support/portside-process.ts';
import { LOOK, MODES, useChat } from '../support/use-chat.ts';

const { contract, chat, play, start } = useChat();

describe('model parameters', () => {
  const LEVELS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

  test.each<{ model: string; fields: object; params: object[]; ignored?: string }>([
    { model: 'gpt-5.1', fields: { reasoning_effort: 'high' }, params: [{ id: 'reasoning', value: 'high' }] },
    { model: 'gpt-5', fields: { reasoning_effort: 'minimal' }, params: [{ id: 'reasoning', value: 'low' }] },
    { model: 'gpt-5.1', fields: { reasoning_effort: 'xhigh' }, params: [{ id: 'reasoning', value: 'high' }] },
    { model: 'opus-4.5', fields: { reasoning_effort: 'low' }, params: [{ id: 'thinking', value: 'true' }] },
    { model: 'claude-opus-4.5', fields: { reasoning_effort: 'none' }, params: [{ id: 'thinking', value: 'false' }] },
    { model: 'composer-2.5', fields: { reasoning_effort: 'high' }, params: [], ignored: 'reasoning_effort' },
    { model: 'composer', fields: { cursor_params: { fast: true } }, params: [{ id: 'fast', value: 'true' }] },
    {
      model: 'composer',
      fields: { cursor_params: [{ id: 'fast', value: 'false' }] },
      params: [{ id: 'fast', value: 'false' }],
    },
    {
      model: 'gpt-5.1',
      fields: { cursor_params: { reasoning: 'low' }, reasoning_effort: 'high' },
      params: [{ id: 'reasoning', value: 'low' }],
      ignored: 'reasoning_effort',
    },
    { model: 'gpt-5.1', fields: {}, params: [] },
    { model: 'gpt-5.1', fields: { reasoning_effort: null, cursor_params: null }, params: [] },
  ])('$model with $fields runs with $params', async ({ model, fields, params, ignored = null }) => {
    for (const isStream of MODES) {
      await play([{ text: 'ok' }]);
      const outcome = await chat({ model, ...fields }, { isStream });
      expect([outcome.status, outcome.headers.get('x-portside-ignored')]).toEqual([200, ignored]);
      const run = await contract().portside.simulator.onlyRun();
      expect(run.model).toEqual({ id: outcome.body.model, params });
    }
  });

  test.each<{ fields: object; param: string; says: RegExp }>([
    { fields: { reasoning_effort: 'huge' }, param: 'reasoning_effort', says: new RegExp(LEVELS.join('.*')) },
    { fields: { cursor_params: { slow: true } }, param: 'cursor_params.slow', says: /reasoning/ },
    { fields: { cursor_params: { reasoning: 'huge' } }, param: 'cursor_params.reasoning', says: /low.*medium.*high/ },
  ])('$fields is refused', async ({ fields, param, says }) => {
    await play([{ text: 'ok' }]);
    for (const isStream of MODES) {
      expect(await chat({ model: 'gpt-5.1', ...fields }, { isStream })).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringMatching(says), param, type: 'invalid_request_error' } },
      });
    }
    expect(await contract().portside.simulator.runs()).toEqual([]);
  });

  test('have a default level in the settings, where the request names none', async () => {
    const portside = await start({ PORTSIDE_REASONING_EFFORT: 'medium' });
    for (const fields of [{}, { reasoning_effort: 'low' }, { model: 'composer-2.5' }])
      await chat({ model: 'gpt-5.1', ...fields }, { from: portside });
    expect((await portside.simulator.runs()).map(({ model }) => model.params)).toEqual([
      [{ id: 'reasoning', value: 'medium' }],
      [{ id: 'reasoning', value: 'low' }],
      [],
    ]);
  });
});

describe('what Cursor does not offer is refused by name', () => {
  test.each<{ fields: object; param: string; code?: string }>([
    { fields: { logprobs: true }, param: 'logprobs' },
    { fields: { logprobs: true, top_logprobs: 3 }, param: 'logprobs' },
    { fields: { top_logprobs: 2 }, param: 'top_logprobs' },
    { fields: { audio: { voice: 'alloy', format: 'mp3' } }, param: 'audio' },
    { fields: { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'mp3' } }, param: 'modalities' },
    { fields: { n: 9 }, param: 'n', code: 'unsupported_value' },
  ])('$fields', async ({ fields, param, code = 'unsupported_parameter' }) => {
    await play([{ text: 'ok' }]);
    for (const isStream of MODES) {
      const { status, body } = await chat(fields, { isStream });
      expect([status, body]).toEqual([
        400,
        { error: { message: expect.stringContaining(param), type: 'invalid_request_error', param, code } },
      ]);
    }
    expect(await contract().portside.simulator.runs()).toEqual([]);
  });

  test.each([
    { logprobs: false },
    { logprobs: null, top_logprobs: null },
    { top_logprobs: 0 },
    { modalities: ['text'] },
    { audio: null },
  ])('but not %j', async (fields) => {
    await play([{ text: 'ok' }]);
    expect((await chat(fields)).status).toBe(200);
  });
});

describe.each(MODES)('Idempotency-Key (stream: %s)', (isStream) => {
  const send = async (portside: PortsideProcess, key: string, body: string, headers = {}): Promise<Response> =>
    portside.fetch('/v1/chat/completions', { method: 'POST', body, headers: { 'Idempotency-Key': key, ...headers } });
  const toBody = (content: string): string =>
    JSON.stringify({ messages: [{ role: 'user', content }], stream: isStream });

  test('replays the same request, byte for byte, and nothing else', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario({
      rules: Array.from({ length: 9 }, (_, index) => ({ times: 1, then: [{ text: `Answer ${index}` }] })),
    });
    await contract().openai.models.list();
    const body = toBody('Once');
    const first = await send(portside, `key-${isStream}`, body);
    const text = await first.text();
    const replayed = await send(portside, `key-${isStream}`, body);
    expect(await replayed.text()).toBe(text);
    expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(replayed.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(replayed.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(await portside.simulator.runs()).toHaveLength(1);
    const others: readonly [key: string, body: string, headers?: object][] = [
      [`key-${isStream}`, `${body} `],
      [`key-${isStream}`, toBody('Twice')],
      [`other-${isStream}`, toBody('Twice')],
      [`key-${isStream}`, toBody('Twice'), { 'x-cursor-session-id': `idempotent-${isStream}` }],
    ];
    for (const [index, [key, each, headers]] of others.entries()) {
      const answer = await send(portside, key, each, headers);
      expect(await answer.text()).toContain(`Answer ${index + 1}`);
      expect(answer.headers.get('idempotent-replayed')).toBeNull();
    }
    expect(await portside.simulator.runs()).toHaveLength(1 + others.length);
  });

  test('runs two at once but once', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario([{ text: 'Slow answer', chunk: 2, everyMs: 30 }]);
    await contract().openai.models.list();
    const body = toBody('At once');
    const answers = await Promise.all([1, 2].map(() => send(portside, `twins-${isStream}`, body)));
    const [one, two] = await Promise.all(answers.map((answer) => answer.text()));
    expect(one).toBe(two);
    expect(await portside.simulator.runs()).toHaveLength(1);
  });

  test('does not replay a failure', async () => {
    const { portside } = contract();
    await portside.simulator.setScenario({
      rules: [
        { times: 1, then: [{ text: 'Half' }, { fail: { code: 'internal', message: 'died' } }] },
        { then: [{ text: 'Whole' }] },
      ],
    });
    await contract().openai.models.list();
    const body = toBody('Fail');
    expect(await (await send(portside, `failure-${isStream}`, body)).text()).toContain('died');
    expect(await (await send(portside, `failure-${isStream}`, body)).text()).toContain('Whole');
  });
});

describe.each(MODES)('usage (stream: %s)', (isStream) => {
  const counts = { input: 100, output: 40, cacheRead: 1000, cacheWrite: 10, reasoning: 30 };

  test.each<{ model: string; params?: object; cost: number | undefined }>([
    // USD per million tokens: input, output, read from the cache, written to it
    { model: 'composer-2.5', cost: (100 * 0.5 + 40 * 2.5 + 1000 * 0.2 + 10 * 0.5) / 1e6 },
    { model: 'composer-2.5', params: { fast: true }, cost: (100 * 3 + 40 * 15 + 1000 * 0.5 + 10 * 3) / 1e6 },
    { model: 'claude-opus-4.5', cost: (100 * 5 + 40 * 25 + 1000 * 0.5 + 10 * 6.25) / 1e6 },
    { model: 'gpt-5.1', cost: undefined },
  ])('of $model with $params costs $cost', async ({ model, params, cost }) => {
    await play([{ thinking: 'Hm' }, { text: 'Hi.' }, { usage: counts }]);
    const { body } = await chat({ model, ...(params && { cursor_params: params }) }, { isStream });
    expect(body.usage).toEqual({
      prompt_tokens: 1110,
      completion_tokens: 40,
      total_tokens: 1150,
      prompt_tokens_details: { cached_tokens: 1000 },
      completion_tokens_details: { reasoning_tokens: 30 },
      ...(cost !== undefined && { cost: expect.closeTo(cost, 9) }),
    });
    expect(body.cursor_metadata).not.toHaveProperty('usage_estimated');
  });

  test.each([
    { name: 'a short prompt', length: 20 },
    { name: 'a prompt that was cached', length: 3000 },
  ])('of a run with tools is counted once, over all its turns ($name)', async ({ length }) => {
    await play([{ text: 'I look.' }, { call: { tool: 'look' } }, { text: 'It is red.' }, { usage: counts }]);
    const question = { role: 'user', content: `Count ${isStream} ${'x'.repeat(length)}` };
    const called = await chat({ tools: [LOOK], messages: [question] }, { isStream });
    const result = { role: 'tool', tool_call_id: called.message.tool_calls?.[0]?.id, content: 'red' };
    const done = await chat({ tools: [LOOK], messages: [question, called.message, result] }, { isStream });
    expect(called.body.cursor_metadata).toMatchObject({ usage_estimated: true });
    const usages = [called, done].map(({ body }) => body.usage);
    for (const usage of usages) expect(usage).toBeDefined();
    const sum = (field: string): number => usages.reduce((total, usage) => total + Number(usage?.[field]), 0);
    expect([sum('prompt_tokens'), sum('completion_tokens')]).toEqual([1110, 40]);
  });
});
