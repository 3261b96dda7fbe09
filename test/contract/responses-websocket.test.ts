import type { FunctionTool } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { openResponsesSocket, type SocketTurn } from '../clients/support/open-responses-socket.ts';
import { useClients } from '../clients/support/use-clients.ts';

const clients = useClients();

const model = 'composer-2.5';

const open = () => {
  const { openai, noteFrames } = clients();
  return openResponsesSocket(openai, (where, frames) => noteFrames(where, JSON.parse(JSON.stringify(frames))));
};

const LOOK: FunctionTool = {
  type: 'function',
  name: 'look',
  parameters: { type: 'object', properties: { at: { type: 'number' } } },
  strict: false,
};

const toText = ({ response }: SocketTurn): string =>
  response.output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');

const toResult = ({ response }: SocketTurn, output: string) => {
  const call = response.output.find((item) => item.type === 'function_call');
  if (call === undefined) throw new Error('There is no call.');
  return { type: 'function_call_output' as const, call_id: call.call_id, output };
};

const ENDLESS = { text: 'word '.repeat(5000), chunk: 5, everyMs: 20 };

describe('one after the other', () => {
  test('many turns go to one agent, from the memory of the connection', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario({
      rules: [{ when: { prompt: '^turn (\\d+)$' }, then: [{ text: 'answer {{match.1}}' }] }],
    });
    using socket = open();
    let last = await socket.create({ model, input: 'turn 0', store: false });
    for (let turn = 1; turn <= 6; turn += 1) {
      last = await socket.create({
        model,
        input: `turn ${turn}`,
        store: false,
        previous_response_id: last.response.id,
      });
      expect(toText(last)).toBe(`answer ${turn}`);
    }
    const runs = await portside.simulator.runs();
    // Nothing is told twice.
    expect(runs.map(({ prompt }) => prompt)).toEqual([0, 1, 2, 3, 4, 5, 6].map((turn) => `turn ${turn}`));
    expect(new Set(runs.map(({ agentId }) => agentId)).size).toBe(1);
    await expect(openai.responses.retrieve(last.response.id)).rejects.toMatchObject({ status: 404 });
  });

  test.each([true, false])('a loop of tools is one run (store: %s)', async (store) => {
    const { portside } = clients();
    const rounds = Array.from({ length: 20 }, (_, at) => at);
    await portside.simulator.setScenario([
      ...rounds.map((at) => ({ call: { tool: 'look', args: { at } } })),
      { text: 'I saw {{result.0}} and {{result.19}}.' },
    ]);
    using socket = open();
    const more = { model, tools: [LOOK], store };
    let last = await socket.create({ ...more, input: `Look ${store}` });
    for (const at of rounds) {
      expect(last.response.output).toMatchObject([{ type: 'function_call', arguments: JSON.stringify({ at }) }]);
      const result = toResult(last, `thing ${at}`);
      last = await socket.create({ ...more, previous_response_id: last.response.id, input: [result] });
    }
    expect(toText(last)).toBe('I saw thing 0 and thing 19.');
    const run = await portside.simulator.onlyRun();
    expect([run.status, run.toolResults.length]).toEqual(['finished', 20]);
  });

  test('a response that is stored is found over HTTP, and gone on from by another connection', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Noted.' }]);
    using socket = open();
    const { response } = await socket.create({ model, input: 'I like cats' });
    expect(await openai.responses.retrieve(response.id)).toMatchObject({ status: 'completed', output_text: 'Noted.' });
    using other = open();
    await other.create({ model, input: 'And dogs', previous_response_id: response.id });
    const [before, after] = await portside.simulator.runs();
    expect(after).toMatchObject({ agentId: before?.agentId, prompt: 'And dogs' });
  });

  test('one that is not stored is known to its own connection alone', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'Noted.' }]);
    using socket = open();
    const { response } = await socket.create({ model, input: 'I like cats', store: false });
    using other = open();
    const { error } = await other.create({ model, input: 'x', store: false, previous_response_id: response.id });
    expect(error).toMatchObject({
      status: 400,
      error: { code: 'previous_response_not_found', param: 'previous_response_id' },
    });
  });

  test('a warm-up runs nothing, and is gone on from', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'Cats.' }]);
    using socket = open();
    const more = { model, store: false, tools: [LOOK], instructions: 'Be brief.' };
    const warm = await socket.create({ ...more, generate: false, input: 'I like cats' });
    expect(warm.response).toMatchObject({ status: 'completed', output: [] });
    expect(await portside.simulator.runs()).toEqual([]);
    const next = await socket.create({ ...more, input: 'What do I like?', previous_response_id: warm.response.id });
    expect(toText(next)).toBe('Cats.');
    const { prompt, history, systemPrompt } = await portside.simulator.onlyRun();
    expect(JSON.stringify([history, prompt])).toContain('I like cats');
    expect(prompt).toContain('What do I like?');
    expect(systemPrompt).toBe('Be brief.');
  });

  test('frames that come at once wait for each other', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario({
      rules: [{ when: { prompt: '^job (\\d)$' }, then: [{ text: '{{match.1}} '.repeat(10), chunk: 2, everyMs: 5 }] }],
    });
    using socket = open();
    const turns = await Promise.all([1, 2, 3].map((job) => socket.create({ model, input: `job ${job}` })));
    expect(turns.map(toText)).toEqual([1, 2, 3].map((job) => `${job} `.repeat(10)));
    const ids = socket.events.flatMap((event) => ('response' in event && event.response ? [event.response.id] : []));
    expect([...new Set(ids)]).toEqual(turns.map(({ response }) => response.id));
    expect(ids).toEqual(turns.flatMap(({ response }) => Array.from({ length: 3 }, () => response.id)));
  });
});

describe('side by side', () => {
  test('lanes answer at the same time, and each in its order', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario({
      rules: [{ when: { prompt: '^job (\\w+)$' }, then: [{ text: '{{match.1}} '.repeat(20), chunk: 3, everyMs: 10 }] }],
    });
    using socket = open();
    const jobs = ['a1', 'b1', 'c1', 'a2', 'b2'];
    const turns = await Promise.all(
      jobs.map((job) => socket.create({ model, input: `job ${job}`, stream_id: `lane-${job[0]}`, store: false })),
    );
    expect(turns.map(toText)).toEqual(jobs.map((job) => `${job} `.repeat(20)));
    for (const [index, { events }] of turns.entries()) {
      const lanes = new Set(events.map((event) => ('stream_id' in event ? event.stream_id : undefined)));
      expect([...lanes]).toEqual([`lane-${jobs[index]?.[0]}`]);
    }
    // All lanes had begun before the first one was over.
    const kinds = socket.events.map(({ type }) => type);
    const begun = kinds.slice(0, kinds.indexOf('response.completed')).filter((type) => type === 'response.created');
    expect(begun).toHaveLength(3);
    expect(await portside.simulator.runs()).toHaveLength(jobs.length);
  });
});

describe('what goes wrong', () => {
  test('ends a turn, not the connection', async () => {
    const { portside } = clients();
    const fail = { code: 'resource_exhausted', error: 50, message: 'Slow down.' } as const;
    await portside.simulator.setScenario({
      rules: [
        { when: { prompt: 'early' }, then: [{ fail }] },
        { when: { prompt: 'late' }, then: [{ text: 'Once upon' }, { fail }] },
        { then: [{ text: 'Fine.' }] },
      ],
    });
    using socket = open();
    const refused = await socket.create({ model, input: [{ type: 'riddle' }] as never });
    expect(refused.error).toMatchObject({
      status: 400,
      error: { type: 'invalid_request_error', param: 'input[0].type' },
    });
    const unknown = await socket.create({ model, input: 'x', previous_response_id: 'resp_none', stream_id: 'a' });
    expect(unknown.error).toMatchObject({
      status: 400,
      stream_id: 'a',
      error: { code: 'previous_response_not_found' },
    });
    const early = await socket.create({ model, input: 'early' });
    expect(early.error).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } });
    const late = await socket.create({ model, input: 'late' });
    expect(late.response).toMatchObject({ status: 'failed', error: { code: 'rate_limit_exceeded' } });
    const good = await socket.create({ model, input: 'good' });
    expect(toText(good)).toBe('Fine.');
  });

  test('a socket that closes ends its run', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }]);
    const socket = open();
    await socket.create({ model, input: 'Hi' });
    await portside.simulator.setScenario([ENDLESS]);
    void socket.create({ model, input: 'Talk' });
    await socket.socket.emitted('response.output_text.delta');
    socket.socket.close();
    await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
  });
});
