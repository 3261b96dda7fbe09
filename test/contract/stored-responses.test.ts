import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import OpenAI, { NotFoundError } from 'openai';
import type {
  FunctionTool,
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInput,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { useClients } from '../clients/support/use-clients.ts';
import { runCli } from '../support/portside-cli.ts';

const clients = useClients();

const MODEL = 'composer-2.5';

const create = (body: Omit<ResponseCreateParamsNonStreaming, 'model' | 'stream'>): Promise<Response> =>
  clients().openai.responses.create({ model: MODEL, ...body });

/** All items of a list, page by page. */
const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

const untilStatus = async (id: string, status: string): Promise<Response> => {
  const { openai } = clients();
  await expect
    .poll(async () => (await openai.responses.retrieve(id)).status, { interval: 20, timeout: 10_000 })
    .toBe(status);
  return await openai.responses.retrieve(id);
};

const LOOK: FunctionTool = {
  type: 'function',
  name: 'look',
  parameters: { type: 'object', properties: {} },
  strict: false,
};
const SLOW = { text: 'word '.repeat(40), chunk: 5, everyMs: 20 };
const ENDLESS = { text: 'word '.repeat(5000), chunk: 5, everyMs: 20 };

describe('a response that is stored', () => {
  test('is the same when it is asked for again, until it is deleted', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }, { usage: { input: 9, output: 3 } }]);
    const created = await create({ input: 'Hi', metadata: { ticket: '7' } });
    const { _request_id: _first, ...response } = Object(created);
    const { _request_id: _second, ...again } = Object(await openai.responses.retrieve(created.id));
    expect(again).toEqual(response);
    await openai.responses.delete(created.id);
    await expect(openai.responses.retrieve(created.id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(openai.responses.delete(created.id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(create({ input: 'On', previous_response_id: created.id })).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
    });
    await portside.simulator.onlyRun();
  });

  test('is not there with store: false', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Hello.' }]);
    const { id } = await create({ input: 'Hi', store: false });
    await expect(openai.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  });

  test('is in no file with store: false', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'ANSWER-7f3a ' }, { call: { tool: 'look' } }, { text: 'REST-7f3a' }]);
    const more = { tools: [LOOK], instructions: 'RULES-7f3a', store: false };
    const question: ResponseInput = [{ role: 'user', content: 'QUESTION-7f3a' }];
    const { output } = await create({ ...more, input: question });
    const call = output.find((item) => item.type === 'function_call');
    const result = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'RESULT-7f3a' };
    await create({ ...more, input: [...question, ...output, result] as ResponseInput });
    await portside.simulator.setScenario([{ text: 'Kept.' }]);
    await create({ input: 'KEPT-51c0' });
    const find = (words: string): readonly string[] =>
      readdirSync(portside.home, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && readFileSync(path.join(entry.parentPath, entry.name)).includes(words))
        .map(({ name }) => name);
    expect(find('7f3a')).toEqual([]);
    // Such words would have been found.
    expect(find('KEPT-51c0').join(' ')).toContain('responses.db');
  });

  test('lists what was sent, page by page', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Five.' }]);
    const { id } = await create({ input: [1, 2, 3, 4, 5].map((at) => ({ role: 'user', content: `Number ${at}` })) });
    const items = await collect(openai.responses.inputItems.list(id, { limit: 2, order: 'asc' }));
    expect(items.map((item) => (item.type === 'message' ? item.content : null))).toMatchObject(
      [1, 2, 3, 4, 5].map((at) => [{ type: 'input_text', text: `Number ${at}` }]),
    );
    const newest = await collect(openai.responses.inputItems.list(id, { limit: 3 }));
    expect(newest.map((item) => item.id)).toEqual(items.map((item) => item.id).toReversed());
  });

  test('is told again from its events', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([SLOW]);
    const { id, output_text: text } = await create({ input: 'Talk' });
    const events = await collect(await openai.responses.retrieve(id, { stream: true }));
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { id } });
    const rest = await collect(await openai.responses.retrieve(id, { stream: true, starting_after: 2 }));
    expect(rest).toEqual(events.slice(3));
    const final = await openai.responses.stream({ response_id: id }).finalResponse();
    expect(final.output_text).toBe(text);
    await portside.simulator.onlyRun();
  });
});

describe('in the background', () => {
  test('is polled until it is completed, and gone on from', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario([SLOW]);
    const started = await create({ input: 'Work', background: true });
    expect(started).toMatchObject({ status: 'queued', background: true, output: [] });
    const done = await untilStatus(started.id, 'completed');
    expect(done.output_text).toBe(SLOW.text);
    takeConversations();
    await create({ input: 'More', previous_response_id: done.id });
    expect(takeConversations()).toEqual(['continued']);
    expect(await portside.simulator.runs()).toHaveLength(2);
  });

  test('is taken up again where a stream broke off', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([SLOW]);
    const stream = await openai.responses.create({ model: MODEL, input: 'Work', background: true, stream: true });
    const seen: ResponseStreamEvent[] = [];
    for await (const event of stream) {
      seen.push(event);
      if (event.type === 'response.output_text.delta') break; // Which hangs up.
    }
    const [first] = seen;
    if (first?.type !== 'response.created') throw new Error('It does not begin.');
    const { id } = first.response;
    const last = seen.at(-1)?.sequence_number ?? 0;
    const rest = await collect(await openai.responses.retrieve(id, { stream: true, starting_after: last }));
    const all = [...seen, ...rest];
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_event, index) => index));
    expect(all.at(-1)).toMatchObject({ type: 'response.completed' });
    const deltas = all.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : []));
    expect(deltas.join('')).toBe(SLOW.text);
    expect((await portside.simulator.onlyRun()).status).toBe('finished');
  });

  test('is followed by several at once', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([SLOW]);
    const { id } = await create({ input: 'Work', background: true });
    const followers = await Promise.all(
      [1, 2, 3].map(async () => await collect(await openai.responses.retrieve(id, { stream: true }))),
    );
    expect(followers[1]).toEqual(followers[0]);
    expect(followers[2]).toEqual(followers[0]);
    expect(followers[0]?.at(-1)).toMatchObject({ type: 'response.completed' });
    await portside.simulator.onlyRun();
  });

  test('is cancelled, which ends its run', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([ENDLESS]);
    const { id } = await create({ input: 'Work', background: true });
    await expect.poll(async () => (await portside.simulator.runs()).length, { timeout: 5000 }).toBe(1);
    const cancelled = await openai.responses.cancel(id);
    expect(cancelled).toMatchObject({ id, status: 'cancelled' });
    await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
    expect(await openai.responses.cancel(id)).toMatchObject({ status: 'cancelled' });
    expect(await openai.responses.retrieve(id)).toMatchObject({ status: 'cancelled' });
  });

  test('calls tools, whose results go to the same run', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ call: { tool: 'look' } }, { text: 'I see {{result.0}}.' }]);
    const tools = [LOOK];
    const { id } = await create({ input: 'Look', background: true, tools });
    const { output } = await untilStatus(id, 'completed');
    const [call] = output;
    if (call?.type !== 'function_call') throw new Error('There is no call.');
    const result = { type: 'function_call_output' as const, call_id: call.call_id, output: 'a cat' };
    const next = await create({ previous_response_id: id, input: [result], background: true, tools });
    expect((await untilStatus(next.id, 'completed')).output_text).toBe('I see a cat.');
    expect((await portside.simulator.onlyRun()).status).toBe('finished');
  });

  test('fails where its run does', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ fail: { code: 'resource_exhausted', error: 50, message: 'Slow down.' } }]);
    const { id } = await create({ input: 'Work', background: true });
    expect(await untilStatus(id, 'failed')).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });
});

describe('without an answer', () => {
  test('the input is counted', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'never' }]);
    const { input_tokens: few } = await openai.responses.inputTokens.count({ model: MODEL, input: 'Hi' });
    const { input_tokens: many } = await openai.responses.inputTokens.count({
      model: MODEL,
      input: [{ role: 'user', content: 'one two three four five '.repeat(100) }],
    });
    expect(few).toBeGreaterThan(0);
    expect(many).toBeGreaterThan(few + 400);
    expect(await portside.simulator.runs()).toEqual([]);
  });

  test('a conversation is compacted, and goes on from its summary', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario({
      rules: [
        { when: { prompt: 'What do I like' }, then: [{ text: 'Cats.' }] },
        { then: [{ text: 'They like cats.' }, { usage: { input: 50, output: 5 } }] },
      ],
    });
    const compacted = await openai.responses.compact({
      model: MODEL,
      input: [
        { role: 'user', content: 'I like cats' },
        { role: 'assistant', content: 'Noted once and for all.' },
      ],
    });
    expect(compacted).toMatchObject({ object: 'response.compaction', usage: { input_tokens: 50, output_tokens: 5 } });
    expect(compacted.output.at(-1)).toMatchObject({ type: 'compaction', encrypted_content: expect.any(String) });
    const { output_text: text } = await openai.responses.create({
      model: MODEL,
      input: [...compacted.output, { role: 'user', content: 'What do I like?' }] as never,
    });
    expect(text).toBe('Cats.');
    const { prompt, history } = (await portside.simulator.runs()).at(-1) ?? { prompt: '', history: [] };
    const told = JSON.stringify([prompt, history]);
    expect(told).toContain('They like cats.');
    expect(told).not.toContain('Noted once');
  });
});

describe('what another token has made', () => {
  type Way = (
    other: OpenAI,
    made: { readonly id: string; readonly itemId: string; readonly conversation: string },
  ) => Promise<unknown>;
  const input = 'Tell me';
  const ways: Readonly<Record<string, readonly [status: number, Way]>> = {
    retrieve: [404, (other, { id }) => other.responses.retrieve(id)],
    'retrieve as a stream': [404, (other, { id }) => other.responses.retrieve(id, { stream: true })],
    cancel: [404, (other, { id }) => other.responses.cancel(id)],
    delete: [404, (other, { id }) => other.responses.delete(id)],
    'the list of its input': [404, async (other, { id }) => await other.responses.inputItems.list(id)],
    'its conversation': [404, (other, { conversation }) => other.conversations.retrieve(conversation)],
    'the items of its conversation': [
      404,
      async (other, { conversation }) => await other.conversations.items.list(conversation),
    ],
    'a response in its conversation': [
      404,
      (other, { conversation }) => other.responses.create({ model: MODEL, input, conversation }),
    ],
    previous_response_id: [
      400,
      (other, { id }) => other.responses.create({ model: MODEL, input, previous_response_id: id }),
    ],
    'an item': [
      400,
      (other, { itemId }) => other.responses.create({ model: MODEL, input: [{ type: 'item_reference', id: itemId }] }),
    ],
  };

  test('is nowhere', async () => {
    const { openai, portside, clientFetch } = clients();
    await portside.simulator.setScenario([{ text: 'My secret.' }]);
    const { id: conversation } = await openai.conversations.create();
    const mine = await create({ input: 'Tell me', conversation });
    const { stdout } = await runCli(['token', 'create', 'other', '--json'], { home: portside.home });
    const { token: apiKey }: { readonly token: string } = JSON.parse(stdout);
    const other = new OpenAI({ baseURL: portside.baseUrl, apiKey, maxRetries: 0, fetch: clientFetch });
    // The server has to have read of it.
    await expect
      .poll(
        () =>
          other.models.list().then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    const made = { id: mine.id, itemId: mine.output[0]?.id ?? '', conversation };
    for (const [name, [status, way]] of Object.entries(ways)) {
      const outcome: unknown = await way(other, made).catch((error: unknown) => error);
      expect(outcome, name).toMatchObject({ status });
    }
    expect(await openai.responses.retrieve(mine.id)).toMatchObject({ output_text: 'My secret.' });
    await portside.simulator.onlyRun();
  });
});
