import OpenAI from 'openai';
import type { FunctionTool, Response, ResponseInput, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openResponsesSocket } from '../clients/support/open-responses-socket.ts';
import { startPortside } from '../support/portside-process.ts';
import { findBridge } from '../support/process-tree.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../support/simulator-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createValidatingFetch } from '../support/validating-fetch.ts';

const model = 'composer-2.5';
const validating = createValidatingFetch();
const conversations: (string | null)[] = [];
let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await startSimulatorProcess();
  return () => simulator[Symbol.asyncDispose]();
});
afterEach(() => {
  conversations.length = 0;
  const { problems, count } = validating.takeFindings();
  expect(problems).toEqual([]);
  expect(count).toBeGreaterThan(0);
});

/** A real server with a client of its own. Cursor's simulator outlives it. */
const serve = async (home: string, env: NodeJS.ProcessEnv = {}) => {
  const portside = await startPortside({
    args: [],
    home,
    env: { PORTSIDE_BACKEND_URL: simulator.url, CURSOR_API_KEY: 'crsr_test', ...env },
    simulatorUrl: simulator.url,
  });
  const openai = new OpenAI({
    baseURL: portside.baseUrl,
    apiKey: portside.token,
    maxRetries: 0,
    timeout: 30_000,
    async fetch(input, init) {
      const response = await validating.fetch(input, init);
      const conversation = response.headers.get('x-portside-conversation');
      if (conversation !== null) conversations.push(conversation);
      return response;
    },
  });
  return {
    ...portside,
    openai,
    killBridge(): void {
      const bridge = findBridge(portside.serverPid);
      if (bridge === undefined) throw new Error('There is no bridge.');
      process.kill(bridge.pid, 'SIGKILL');
    },
  };
};

type Server = Awaited<ReturnType<typeof serve>>;

/** What happens in the middle; gives the server to go on with. */
const disasters: Readonly<Record<string, (server: Server, home: string) => Promise<Server>>> = {
  'the bridge is killed': async (server) => {
    server.killBridge();
    return server;
  },
  'the server is ended and starts again': async (server, home) => {
    expect(await server.stop('SIGTERM')).toBe(0);
    return await serve(home);
  },
  'the server is killed and starts again': async (server, home) => {
    await server.stop('SIGKILL');
    return await serve(home);
  },
};

const untilOver = async (openai: OpenAI, id: string): Promise<Response> => {
  await expect
    .poll(async () => (await openai.responses.retrieve(id)).status, { interval: 50, timeout: 10_000 })
    .not.toMatch(/queued|in_progress/);
  return await openai.responses.retrieve(id);
};

const collect = async (stream: AsyncIterable<ResponseStreamEvent>, events: ResponseStreamEvent[] = []) => {
  for await (const event of stream) events.push(event);
  return events;
};

const ENDLESS = { text: 'word '.repeat(5000), chunk: 5, everyMs: 20 };
const LOOK: FunctionTool = {
  type: 'function',
  name: 'look',
  parameters: { type: 'object', properties: {} },
  strict: false,
};

const toResult = ({ output }: Response, text: string) => {
  const call = output.find((item) => item.type === 'function_call');
  if (call === undefined) throw new Error('There is no call.');
  return { type: 'function_call_output' as const, call_id: call.call_id, output: text };
};

describe.each(Object.entries(disasters))('%s', (disaster, strike) => {
  test('in the middle of a background response, which has failed then', async () => {
    using folder = createTemporaryFolder();
    const home = folder.join('home');
    await simulator.setScenario([ENDLESS]);
    await using server = await serve(home);
    const { id } = await server.openai.responses.create({ model, input: 'Work', background: true });
    const followed: ResponseStreamEvent[] = [];
    const following = collect(await server.openai.responses.retrieve(id, { stream: true }), followed).catch(
      (error: unknown) => error,
    );
    await expect.poll(() => followed.some(({ type }) => type === 'response.output_text.delta')).toBe(true);

    await using later = await strike(server, home);
    const failed = await untilOver(later.openai, id);
    expect(failed).toMatchObject({ id, status: 'failed', background: true, error: { code: 'server_error' } });
    await following;
    const last = followed.at(-1);
    // Whoever followed it was told of it, unless nobody was left to tell.
    if (last?.type === 'response.failed') expect(last.response).toMatchObject({ id, error: failed.error });
    else expect(disaster).toContain('server is killed');
    const rest = await collect(
      await later.openai.responses.retrieve(id, { stream: true, starting_after: followed.length - 1 }),
    );
    // Nothing more where its end was told already.
    expect(rest.map(({ type }) => type)).toEqual(last?.type === 'response.failed' ? [] : ['response.failed']);
    const again = await collect(await later.openai.responses.retrieve(id, { stream: true }));
    expect(again.at(-1)).toMatchObject({ type: 'response.failed', response: { id } });
    await expect.poll(async () => (await simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
    expect(await later.openai.responses.cancel(id)).toMatchObject({ status: 'failed' });
    const goOn = later.openai.responses.create({ model, input: 'On', previous_response_id: id });
    await expect(goOn).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });

    await simulator.setScenario([{ text: 'Back again.' }]);
    const next = await later.openai.responses.create({ model, input: 'Work', background: true });
    expect(await untilOver(later.openai, next.id)).toMatchObject({ status: 'completed', output_text: 'Back again.' });
  });

  const ways = {
    previous_response_id: (called: Response, _all: ResponseInput, added: ResponseInput) => ({
      previous_response_id: called.id,
      input: added,
    }),
    'the whole input': (_called: Response, all: ResponseInput, added: ResponseInput) => ({
      input: [...all, ...added],
      store: false,
    }),
  } as const;
  test.each(Object.entries(ways))('in the middle of a held call, gone on from by %s', async (way, goOn) => {
    using folder = createTemporaryFolder();
    const home = folder.join('home');
    await simulator.setScenario([{ text: 'I look. ' }, { call: { tool: 'look' } }, { text: 'late' }]);
    await using server = await serve(home);
    const more = { model, tools: [LOOK], instructions: 'Be kind.' };
    const question: ResponseInput = [{ role: 'user', content: 'What is on the mat?' }];
    const store = way === 'previous_response_id';
    const before = await server.openai.responses.create({ ...more, input: question, store });
    expect((await simulator.onlyRun()).status).toBe('running');

    await using later = await strike(server, home);
    await expect.poll(async () => (await simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
    await simulator.setScenario([{ text: 'It is a cat.' }]);
    const result = toResult(before, 'a grey cat');
    const all = [...question, ...before.output] as ResponseInput;
    const after = await later.openai.responses.create({ ...more, ...goOn(before, all, [result]) });
    expect(after).toMatchObject({ status: 'completed', output_text: 'It is a cat.' });
    expect(conversations).toEqual(['new', 'rebuilt']);
    const { prompt, history, systemPrompt } = await simulator.onlyRun();
    const told = JSON.stringify([history, prompt]);
    for (const words of ['What is on the mat?', 'I look. ', 'a grey cat']) expect(told.split(words)).toHaveLength(2);
    expect(systemPrompt).toBe('Be kind.');

    // From here on, it is one agent again.
    await simulator.setScenario([{ text: 'Grey.' }]);
    const last = await later.openai.responses.create({
      ...more,
      ...goOn(after, [...all, result, ...after.output] as ResponseInput, [{ role: 'user', content: 'Which colour?' }]),
    });
    expect(last.output_text).toBe('Grey.');
    expect(conversations.at(-1)).toBe('continued');
    expect((await simulator.onlyRun()).prompt).toBe('Which colour?');
  });
});

test('a background response of a server that was killed has failed for another server of the same user too', async () => {
  using folder = createTemporaryFolder();
  const home = folder.join('home');
  await simulator.setScenario([ENDLESS]);
  await using server = await serve(home);
  await using sibling = await serve(home);
  const { id } = await server.openai.responses.create({ model, input: 'Work', background: true });
  await expect.poll(async () => (await simulator.runs()).length, { timeout: 5000 }).toBe(1);
  expect((await sibling.openai.responses.retrieve(id)).status).toMatch(/queued|in_progress/);
  await server.stop('SIGKILL');
  expect(await untilOver(sibling.openai, id)).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
});

describe('the bridge is killed in the middle of a WebSocket', () => {
  const open = (server: Server) =>
    openResponsesSocket(server.openai, (where, frames) =>
      validating.noteFrames(where, JSON.parse(JSON.stringify(frames))),
    );
  const more = { model, tools: [LOOK], store: false };

  test('a turn has failed then, and the next one goes on from the memory of the connection', async () => {
    using folder = createTemporaryFolder();
    await simulator.setScenario({
      rules: [
        { when: { prompt: 'Talk' }, then: [ENDLESS] },
        { when: { prompt: 'What do I like' }, then: [{ text: 'Cats.' }] },
        { then: [{ text: 'Noted.' }] },
      ],
    });
    await using server = await serve(folder.join('home'));
    using socket = open(server);
    const first = await socket.create({ ...more, input: 'I like cats' });
    const talking = socket.create({ ...more, input: 'Talk', previous_response_id: first.response.id });
    await socket.socket.emitted('response.output_text.delta');
    server.killBridge();
    expect((await talking).response).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    const input = 'What do I like?';
    const next = await socket.create({ ...more, input, previous_response_id: first.response.id });
    expect(next.response).toMatchObject({ status: 'completed', output: [{ content: [{ text: 'Cats.' }] }] });
    const { prompt, history } = (await simulator.runs()).at(-1) ?? { prompt: '', history: [] };
    expect(JSON.stringify([history, prompt])).toContain('I like cats');
  });

  test('a held call is gone on from the memory of the connection', async () => {
    using folder = createTemporaryFolder();
    await simulator.setScenario([{ text: 'I look. ' }, { call: { tool: 'look' } }, { text: 'late' }]);
    await using server = await serve(folder.join('home'));
    using socket = open(server);
    const called = await socket.create({ ...more, input: 'What is on the mat?' });
    server.killBridge();
    await expect.poll(async () => (await simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
    await simulator.setScenario([{ text: 'It is a cat.' }]);
    const result = toResult(called.response, 'a grey cat');
    const after = await socket.create({ ...more, previous_response_id: called.response.id, input: [result] });
    expect(after.response).toMatchObject({ status: 'completed', output: [{ content: [{ text: 'It is a cat.' }] }] });
    const { prompt, history } = await simulator.onlyRun();
    for (const words of ['What is on the mat?', 'a grey cat'])
      expect(JSON.stringify([history, prompt]).split(words)).toHaveLength(2);
    // The client's own server has to have had an answer that is checked.
    await server.openai.models.list();
  });
});

test('a held call whose time is over is gone on from all the same', async () => {
  using folder = createTemporaryFolder();
  await simulator.setScenario([{ call: { tool: 'look' } }, { text: 'late' }]);
  await using server = await serve(folder.join('home'), { PORTSIDE_TOOL_RESULT_TIMEOUT_S: '1' });
  const more = { model, tools: [LOOK] };
  const called = await server.openai.responses.create({ ...more, input: 'What is on the mat?' });
  await expect.poll(async () => (await simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
  await simulator.setScenario([{ text: 'It is a cat.' }]);
  const input = [toResult(called, 'a grey cat')];
  const after = await server.openai.responses.create({ ...more, previous_response_id: called.id, input });
  expect(after.output_text).toBe('It is a cat.');
  expect(conversations).toEqual(['new', 'rebuilt']);
});

describe('the connection is dropped', () => {
  test('in the middle of a background response, which is made all the same', async () => {
    using folder = createTemporaryFolder();
    const text = 'word '.repeat(60);
    await simulator.setScenario([{ text, chunk: 5, everyMs: 20 }]);
    await using server = await serve(folder.join('home'));
    const controller = new AbortController();
    const stream = await server.openai.responses.create(
      { model, input: 'Work', background: true, stream: true },
      { signal: controller.signal },
    );
    let id = '';
    for await (const event of stream) {
      if (event.type === 'response.created') ({ id } = event.response);
      if (event.type === 'response.output_text.delta') controller.abort();
    }
    expect(await untilOver(server.openai, id)).toMatchObject({ status: 'completed', output_text: text });
    expect((await simulator.onlyRun()).status).toBe('finished');
  });

  test('in the middle of the answer to a result, which can be sent again', async () => {
    using folder = createTemporaryFolder();
    await simulator.setScenario([{ call: { tool: 'look' } }, ENDLESS]);
    await using server = await serve(folder.join('home'));
    const more = { model, tools: [LOOK] };
    const called = await server.openai.responses.create({ ...more, input: 'What is on the mat?' });
    const body = { ...more, previous_response_id: called.id, input: [toResult(called, 'a grey cat')] };
    const controller = new AbortController();
    const stream = await server.openai.responses.create({ ...body, stream: true }, { signal: controller.signal });
    for await (const event of stream) if (event.type === 'response.output_text.delta') controller.abort();
    await expect.poll(async () => (await simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');

    await simulator.setScenario([{ text: 'It is a cat.' }]);
    const again = await server.openai.responses.create(body);
    expect(again).toMatchObject({ status: 'completed', output_text: 'It is a cat.' });
    expect(conversations).toEqual(['new', 'resumed-tools', 'rebuilt']);
    expect((await simulator.onlyRun()).prompt).toContain('a grey cat');
  });

  test.each([true, false])('in the middle of a held call over a WebSocket (store: %s)', async (store) => {
    using folder = createTemporaryFolder();
    await simulator.setScenario([{ text: 'I look. ' }, { call: { tool: 'look' } }, { text: 'It is {{result.0}}.' }]);
    await using server = await serve(folder.join('home'));
    const open = () =>
      openResponsesSocket(server.openai, (where, frames) =>
        validating.noteFrames(where, JSON.parse(JSON.stringify(frames))),
      );
    const more = { model, tools: [LOOK], store };
    const first = open();
    const question: ResponseInput = [{ role: 'user', content: 'What is on the mat?' }];
    const { response } = await first.create({ ...more, input: question });
    first.socket.socket.close();
    await first.socket.emitted('close');
    using second = open();
    const result = toResult(response, 'a cat');
    const turn = await second.create(
      store
        ? { ...more, previous_response_id: response.id, input: [result] }
        : { ...more, input: [...question, ...response.output, result] as ResponseInput },
    );
    expect(turn.response).toMatchObject({ status: 'completed', output: [{ content: [{ text: 'It is a cat.' }] }] });
    // The run has waited for its result, whoever brings it.
    expect((await simulator.onlyRun()).status).toBe('finished');
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('with the server, by %s, in the middle of a turn', async (signal) => {
    using folder = createTemporaryFolder();
    const home = folder.join('home');
    await simulator.setScenario([{ text: 'Noted.' }]);
    await using server = await serve(home);
    const { openai } = server;
    const frames: { readonly type: string; readonly response?: unknown }[] = [];
    const socket = openResponsesSocket(openai, () => {});
    socket.socket.on('event', (event) => frames.push(event));
    const { response } = await socket.create({ model, input: 'I like cats' });
    await simulator.setScenario([ENDLESS]);
    void socket.create({ model, input: 'Talk', previous_response_id: response.id });
    await socket.socket.emitted('response.output_text.delta');
    const closed = socket.socket.emitted('close');
    await server.stop(signal);
    await closed;
    if (signal === 'SIGTERM') expect(frames.at(-1)).toMatchObject({ type: 'response.failed' });

    await using later = await serve(home);
    await simulator.setScenario([{ text: 'Cats.' }]);
    const next = await later.openai.responses.create({ model, input: 'What?', previous_response_id: response.id });
    expect(next.output_text).toBe('Cats.');
    expect((await simulator.onlyRun()).prompt).toContain('I like cats');
  });
});
