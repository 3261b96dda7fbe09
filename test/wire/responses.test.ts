import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import { GatewayError } from '../../src/core/gateway-error.ts';
import { createMemoryAnswerStore } from '../../src/storage/memory-answer-store.ts';
import { calls, fails, says } from '../support/answers-rig.ts';
import { createFakeModel, type ModelScript, modelTurn } from '../support/fake-model.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { CLIENT, startApp, type StartAppOptions } from '../support/start-app.ts';
import { toText, useResponses } from '../support/use-responses.ts';

const LOOK = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } };

const start = async (scripts: readonly ModelScript[], options: StartAppOptions = {}) => {
  const model = createFakeModel(...scripts);
  const app = await startApp(model.backend, options);
  return { app, model, ...useResponses(app.fetch), [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

const toPlace = (headers: Headers) => headers.get('x-portside-conversation');

describe.each([true, false])('one after the other (stream: %s)', (isStream) => {
  test('goes on with the same agent, which is told only what is new', async () => {
    await using portside = await start([says(0, 'Hello'), says(1, 'Again')]);
    const ask = async (body: object) => {
      if (!isStream) return await portside.create(body);
      const { response, last } = await portside.stream(body);
      return { headers: response.headers, body: last };
    };
    const first = await ask({ input: 'Hi', instructions: 'Be kind.' });
    expect(first.body).toMatchObject({ status: 'completed', previous_response_id: null, instructions: 'Be kind.' });
    const second = await ask({ input: 'More', instructions: 'Be kind.', previous_response_id: first.body.id });
    expect(toText(second.body)).toBe('Again');
    expect([toPlace(first.headers), toPlace(second.headers)]).toEqual(['new', 'continued']);
    expect(portside.model.requests.map(({ messages }) => messages.length)).toEqual([1, 1]);
  });

  test('gives the results of its calls to the run that waits for them', async () => {
    await using portside = await start([
      calls(0, [
        ['call_a', 'look'],
        ['call_b', 'look', { at: 1 }],
      ]),
    ]);
    const ask = async (body: object) =>
      isStream ? (await portside.stream(body)).last : (await portside.create(body)).body;
    const first = await ask({ input: 'Look', tools: [LOOK] });
    expect(first.output).toMatchObject([
      { type: 'function_call', call_id: 'call_a', name: 'look', arguments: '{}', status: 'completed' },
      { type: 'function_call', call_id: 'call_b', arguments: '{"at":1}' },
    ]);
    const second = await ask({
      previous_response_id: first.id,
      tools: [LOOK],
      input: ['call_a', 'call_b'].map((id) => ({ type: 'function_call_output', call_id: id, output: `of ${id}` })),
    });
    expect(toText(second)).toBe('Done: of call_a,of call_b');
    expect(portside.model.requests).toHaveLength(1);
  });
});

test('a client that holds the context itself goes on with the same agent too', async () => {
  await using portside = await start([
    async function* () {
      const turn = modelTurn(0);
      yield turn.start();
      yield* turn.say('One.');
      yield { type: 'reasoning-start', id: 'r' };
      yield { type: 'reasoning-delta', id: 'r', text: 'Hm' };
      yield { type: 'reasoning-end', id: 'r' };
      yield* turn.say(' Two.');
      yield turn.end();
    },
    says(1, 'Three.'),
  ]);
  const user = (text: string) => ({ role: 'user', content: text });
  const first = await portside.create({ input: [user('Count')], store: false, reasoning: { summary: 'auto' } });
  expect(first.body.output.map(({ type }) => type)).toEqual(['message', 'reasoning', 'message']);
  const again = await portside.create({ input: [user('Count'), ...first.body.output, user('On')], store: false });
  expect(toPlace(again.headers)).toBe('continued');
});

describe('what is stored', () => {
  test('is found by its id until it is deleted', async () => {
    await using portside = await start([says(0, 'Hello')]);
    const { body } = await portside.create({ input: 'Hi', metadata: { a: 'b' } });
    expect((await portside.get(`/v1/responses/${body.id}`)).body).toEqual(body);
    expect((await portside.remove(`/v1/responses/${body.id}`)).body).toEqual({
      id: body.id,
      object: 'response',
      deleted: true,
    });
    expect(await portside.get(`/v1/responses/${body.id}`)).toMatchObject({
      status: 404,
      body: { error: { type: 'invalid_request_error', param: 'response_id' } },
    });
    expect((await portside.remove(`/v1/responses/${body.id}`)).status).toBe(404);
  });

  test('is not, with store: false', async () => {
    const store = createMemoryAnswerStore();
    await using portside = await start([says(0, 'Hello')], { store });
    const { body } = await portside.create({ input: 'Hi', store: false });
    expect((await portside.get(`/v1/responses/${body.id}`)).status).toBe(404);
    expect(await portside.create({ input: 'More', previous_response_id: body.id })).toMatchObject({
      status: 400,
      body: { error: { code: 'previous_response_not_found', param: 'previous_response_id' } },
    });
  });

  test('has the items that its request brought, page by page', async () => {
    await using portside = await start([says(0, 'Hello'), says(1, 'Bye')]);
    const first = await portside.create({ input: 'Hi' });
    const { body } = await portside.create({
      previous_response_id: first.body.id,
      input: [1, 2, 3].map((at) => ({ role: 'user', content: `${at}` })),
    });
    const list = async (query: string) =>
      Object((await portside.get(`/v1/responses/${body.id}/input_items${query}`)).body);
    const all = await list('');
    expect(findSchemaErrors('ResponseItemList', all)).toEqual([]);
    const texts = ({ data }: { data: { content: { text: string }[] }[] }) =>
      data.map(({ content }) => content[0]?.text);
    expect([texts(all), all.has_more]).toEqual([['3', '2', '1'], false]);
    const page = await list('?limit=2&order=asc');
    expect([texts(page), page.has_more]).toEqual([['1', '2'], true]);
    expect(texts(await list(`?order=asc&after=${page.last_id}`))).toEqual(['3']);
    expect(await list('?after=msg_none')).toMatchObject({ error: { param: 'after' } });
  });

  test('goes on after the server has forgotten the agent', async () => {
    const store = createMemoryAnswerStore();
    const first = await (async () => {
      await using portside = await start([calls(0, [['call_a', 'look']])], { store });
      return await portside.create({ input: 'Look', tools: [LOOK] });
    })();
    await using portside = await start([says(0, 'Seen.')], { store });
    const second = await portside.create({
      previous_response_id: first.body.id,
      tools: [LOOK],
      input: [{ type: 'function_call_output', call_id: 'call_a', output: 'a cat' }],
    });
    expect([toPlace(second.headers), toText(second.body)]).toEqual(['rebuilt', 'Seen.']);
    expect(portside.model.requests[0]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  test('is named by its items', async () => {
    await using portside = await start([says(0, 'Hello'), says(1, 'Again')]);
    const first = await portside.create({ input: 'Hi' });
    const reference = { type: 'item_reference', id: first.body.output[0]?.['id'] };
    const user = (text: string) => ({ role: 'user', content: text });
    const second = await portside.create({ input: [user('Hi'), reference, user('More')] });
    expect(toPlace(second.headers)).toBe('continued');
    expect(await portside.create({ input: [{ type: 'item_reference', id: 'msg_none' }] })).toMatchObject({
      status: 400,
      body: { error: { param: 'input[0].id' } },
    });
  });

  test('cannot be gone on from where a part of it is deleted', async () => {
    await using portside = await start([says(0, 'One'), says(1, 'Two')]);
    const first = await portside.create({ input: 'Hi' });
    const second = await portside.create({ input: 'More', previous_response_id: first.body.id });
    await portside.remove(`/v1/responses/${first.body.id}`);
    expect(await portside.create({ input: 'On', previous_response_id: second.body.id })).toMatchObject({
      body: { error: { code: 'previous_response_not_found' } },
    });
  });
});

test('a conversation grows by what is said in it', async () => {
  await using portside = await start([says(0, 'Hello'), says(1, 'Again')]);
  const { body: conversation } = await portside.post('/v1/conversations', {});
  const first = await portside.create({ input: 'Hi', conversation: conversation.id });
  expect(first.body).toMatchObject({ conversation: { id: conversation.id } });
  const second = await portside.create({ input: 'More', conversation: { id: conversation.id } });
  expect([toPlace(second.headers), toText(second.body)]).toEqual(['continued', 'Again']);
  const items = Object((await portside.get(`/v1/conversations/${conversation.id}/items?order=asc`)).body);
  expect(items.data.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(items.data[1].id).toBe(first.body.output[0]?.['id']);
  expect(await portside.create({ input: 'x', conversation: 'conv_none' })).toMatchObject({ status: 404 });
});

test('a count of the input runs nothing', async () => {
  await using portside = await start([]);
  const count = async (body: object) => Object((await portside.post('/v1/responses/input_tokens', body)).body);
  const short = await count({ input: 'Hi' });
  expect(findSchemaErrors('TokenCountsResource', short)).toEqual([]);
  expect(short).toEqual({ object: 'response.input_tokens', input_tokens: 5 });
  expect((await count({ input: 'Hi', instructions: 'Be kind.', tools: [LOOK] })).input_tokens).toBeGreaterThan(20);
});

test('a compacted conversation goes on from its summary', async () => {
  await using portside = await start([says(0, 'They like cats.'), says(1, 'Cats.')]);
  const { body } = await portside.post('/v1/responses/compact', {
    model: 'composer-2.5',
    input: [
      { role: 'user', content: 'I like cats' },
      { role: 'assistant', content: 'Noted.' },
    ],
  });
  expect(findSchemaErrors('CompactResource', body)).toEqual([]);
  expect(body.output.map(({ type }) => type)).toEqual(['message', 'compaction']);
  await portside.create({ input: [...body.output, { role: 'user', content: 'What do I like?' }] });
  const said = JSON.stringify(portside.model.requests[1]?.messages);
  expect(said).toContain('They like cats.');
  expect(said).not.toContain('Noted.');
});

test('a summary is whole, whatever limit the request has', async () => {
  await using portside = await start([says(0, 'one two three four five')]);
  const { body } = await portside.post('/v1/responses/compact', { input: 'Count', max_output_tokens: 2 });
  await portside.create({ input: [...body.output, { role: 'user', content: 'On' }], store: false });
  expect(JSON.stringify(portside.model.requests[1]?.messages)).toContain('one two three four five');
});

test('a stream that its client leaves is stored as cancelled', async () => {
  await using portside = await start([
    async function* () {
      const turn = modelTurn(0);
      yield turn.start();
      yield* turn.say('Once upon');
      await new Promise(() => {});
    },
  ]);
  const controller = new AbortController();
  const response = await portside.app.fetch('/v1/responses', {
    method: 'POST',
    body: JSON.stringify({ input: 'Tell', stream: true }),
    signal: controller.signal,
  });
  const first = new TextDecoder().decode((await response.body?.getReader().read())?.value);
  const id = /"id":"(resp_\w+)"/.exec(first)?.[1] ?? '';
  controller.abort();
  await expect
    .poll(async () => (await portside.get(`/v1/responses/${id}`)).body, { interval: 5, timeout: 5000 })
    .toMatchObject({ status: 'cancelled', error: null, output: [{ type: 'message' }] });
  expect(portside.model.cancelled).toEqual([0]);
});

test('nothing is stored for a token that was revoked meanwhile', async () => {
  const revocation = new AbortController();
  const store = createMemoryAnswerStore();
  await using portside = await start(
    [
      async function* () {
        const turn = modelTurn(0);
        yield turn.start();
        yield* turn.say('Once upon');
        revocation.abort(new GatewayError('client_token_invalid', 'The access token was revoked.'));
        await new Promise(() => {});
      },
    ],
    {
      store,
      authentication: {
        authenticate: async () => ({ ...CLIENT, owner: 'gone', revocation: revocation.signal }),
        noteRefusedKey: () => {},
      },
    },
  );
  const { last } = await portside.stream({ input: 'Tell' });
  expect(last.status).toBe('failed');
  expect(
    store.list('gone', 'response', { after: null, limit: 9, order: 'asc', model: null, metadata: {} })?.items,
  ).toEqual([]);
});

describe('refused', () => {
  const rows: Readonly<Record<string, { body: object; error: object; status?: number }>> = {
    'a body without input': { body: {}, error: { param: 'input' } },
    'an unknown item': { body: { input: [{ type: 'what' }] }, error: { param: 'input[0].type' } },
    'input of another type': { body: { input: 5 }, error: { code: null, param: 'input' } },
    'a hosted tool that is demanded': {
      body: { input: 'x', tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } },
      error: { code: 'unsupported_tool', param: 'tool_choice' },
    },
    'two kinds of context': {
      body: { input: 'x', previous_response_id: 'resp_1', conversation: 'conv_1' },
      error: { param: 'previous_response_id' },
    },
    'background without a store': {
      body: { input: 'x', background: true, store: false },
      error: { param: 'background' },
    },
    'an unknown response': {
      body: { input: 'x', previous_response_id: 'resp_1' },
      error: { code: 'previous_response_not_found', param: 'previous_response_id' },
    },
    'missing results': {
      body: {
        tools: [LOOK],
        input: [
          { role: 'user', content: 'Look' },
          { type: 'function_call', call_id: 'call_a', name: 'look', arguments: '{}' },
          { type: 'function_call', call_id: 'call_b', name: 'look', arguments: '{"at":1}' },
          { type: 'function_call_output', call_id: 'call_a', output: '1' },
        ],
      },
      error: { param: 'input' },
    },
  };

  test.each(Object.entries(rows))('%s', async (_name, { body, error, status = 400 }) => {
    await using portside = await start([
      calls(0, [
        ['call_a', 'look'],
        ['call_b', 'look', { at: 1 }],
      ]),
    ]);
    // The run whose results are missing in the last row.
    await portside.create({ input: 'Look', tools: [LOOK] });
    const told = await portside.create(body);
    expect(told).toMatchObject({ status, body: { error: { type: 'invalid_request_error', ...error } } });
    expect(findSchemaErrors('ErrorResponse', told.body)).toEqual([]);
  });

  test('hosted tools, where the user wants it so; otherwise they are left out and named', async () => {
    const body = { input: 'x', tools: [{ type: 'web_search' }, LOOK] };
    await using strict = await start([], { hostedTools: 'refuse' });
    expect(await strict.create(body)).toMatchObject({ status: 400, body: { error: { code: 'unsupported_tool' } } });
    await using usual = await start([says(0, 'Hi')]);
    const told = await usual.create(body);
    expect(told.headers.get('x-portside-ignored')).toBe('tools[web_search]');
    expect(usual.model.requests[0]?.tools.map(({ name }) => name)).toEqual(['look']);
  });
});

test.each([false, true])('a run that fails before any output keeps its status (stream: %s)', async (isStream) => {
  await using portside = await start([fails('rate_limited')]);
  expect(await portside.create({ input: 'Hi', stream: isStream })).toMatchObject({
    status: 429,
    body: { error: { code: 'rate_limit_exceeded' } },
  });
});

test('a stream that fails half-way is stored as failed, and nobody goes on from it', async () => {
  await using portside = await start([
    async function* () {
      const turn = modelTurn(0);
      yield turn.start();
      yield* turn.say('Once upon');
      yield { type: 'run-error', error: { code: 'upstream_error', message: 'Cursor ended the stream.' } };
    },
  ]);
  const { last } = await portside.stream({ input: 'Tell' });
  expect(last).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
  expect((await portside.get(`/v1/responses/${last.id}`)).body).toEqual(last);
  expect(await portside.create({ input: 'x', previous_response_id: last.id })).toMatchObject({
    status: 400,
    body: { error: { param: 'previous_response_id' } },
  });
});

test('a stored response that was not streamed can be followed too', async () => {
  await using portside = await start([says(0, 'Hello', ' there')]);
  const { body } = await portside.create({ input: 'Hi' });
  const events = await portside.resume(body.id);
  expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: body });
  expect(await portside.resume(body.id, 40)).toEqual([{ ...events.at(-1), sequence_number: 41 }]);
});

test('an incomplete response can be gone on from', async () => {
  const backend: Backend = createFakeModel(says(0, 'one two three four five'), says(1, 'six')).backend;
  await using app = await startApp(backend);
  const portside = useResponses(app.fetch);
  const { last } = await portside.stream({ input: 'Count', max_output_tokens: 3 });
  expect(last).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  expect(last.output.at(-1)).toMatchObject({ status: 'incomplete' });
  const next = await portside.create({ input: 'On', previous_response_id: last.id });
  expect(toText(next.body)).toBe('six');
});
