import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createActivityLog } from '../../src/engine/activity/create-activity-log.ts';
import type { ResponseEvent, ResponseObject } from '../../src/protocols/openai-responses/response-object.ts';
import { createMemoryAnswerStore } from '../../src/storage/memory-answer-store.ts';
import { runs } from '../fixtures/runs.ts';
import { calls, says } from '../support/answers-rig.ts';
import { checkResponseEvents } from '../support/check-response-events.ts';
import { createFakeModel, type ModelScript } from '../support/fake-model.ts';
import { foldResponseEvents } from '../support/fold-response-events.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { openSocketClient } from '../support/socket-client.ts';
import { ACCESS_TOKEN, startApp, type StartAppOptions } from '../support/start-app.ts';
import { toText, useResponses } from '../support/use-responses.ts';

const LOOK = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } };
const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error']);
const never = new Promise<never>(() => {});

interface Told {
  readonly last: ResponseEvent & { readonly status?: number; readonly error?: object };
  readonly response: ResponseObject;
  readonly events: readonly ResponseEvent[];
}

/** A connection that asks for one response after another; each stream is checked by its grammar. */
const connect = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
  const client = await openSocketClient(`${url}/v1/responses`, { Authorization: `Bearer ${ACCESS_TOKEN}`, ...headers });
  return {
    ...client,
    async ask(body: object): Promise<Told> {
      const read = client.frames.length;
      client.send({ type: 'response.create', ...body });
      const ended = client.frames.filter(({ type }) => ENDS.has(type)).length;
      await client.untilCount(ended + 1, ({ type }) => ENDS.has(type));
      const events = client.frames.slice(read) as unknown[] as Told['last'][];
      const last = events.at(-1);
      if (last === undefined) throw new Error('Nothing came.');
      if (last.type !== 'error') checkResponseEvents(events, { isComplete: true });
      return { last, response: last['response'] as ResponseObject, events };
    },
    [Symbol.dispose]: () => client.socket.terminate(),
  };
};

const start = async (scripts: readonly ModelScript[], options: StartAppOptions = {}) => {
  const model = createFakeModel(...scripts);
  const app = await startApp(model.backend, options);
  return { app, model, ...useResponses(app.fetch), [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

test.each(Object.entries(runs).filter(([name]) => !/choice|answers/.test(name)))(
  'the frames of a run of %s build the response that they end with, as over HTTP',
  async (_name, steps) => {
    await using app = await startApp(createScriptedBackend({ steps }).backend);
    using socket = await connect(app.url);
    const { last, response, events } = await socket.ask({ input: 'Hi', reasoning: { summary: 'auto' } });
    const { create } = useResponses(app.fetch);
    const overHttp = await create({ input: 'Hi', reasoning: { summary: 'auto' } });
    if (last.type === 'error') {
      expect([last.status, last.error]).toEqual([overHttp.status, overHttp.body.error]);
      return;
    }
    expect(foldResponseEvents(events)).toEqual(response);
    const toShape = ({ output, status, usage, error }: ResponseObject): unknown =>
      JSON.parse(JSON.stringify({ output, status, usage, error }, (key, value) => (key === 'id' ? '' : value)));
    if (overHttp.status === 200) expect(toShape(response)).toEqual(toShape(overHttp.body));
  },
);

describe('what is not stored', () => {
  test('can be gone on from on its own connection, with the same agent, and nowhere else', async () => {
    await using portside = await start([says(0, 'Hello'), says(1, 'Again')]);
    using socket = await connect(portside.app.url);
    const first = await socket.ask({ input: 'Hi', store: false });
    const goOn = { input: 'More', store: false, previous_response_id: first.response.id };
    using other = await connect(portside.app.url);
    expect((await other.ask(goOn)).last).toMatchObject({
      type: 'error',
      status: 400,
      error: { code: 'previous_response_not_found', param: 'previous_response_id', type: 'invalid_request_error' },
    });
    expect((await portside.create(goOn)).body.error).toMatchObject({ code: 'previous_response_not_found' });
    const second = await socket.ask(goOn);
    expect(toText(second.response)).toBe('Again');
    expect(second.response.previous_response_id).toBe(first.response.id);
    expect(portside.model.requests.map(({ messages }) => messages.length)).toEqual([1, 1]);
    expect((await portside.get(`/v1/responses/${first.response.id}`)).status).toBe(404);
  });

  test('includes a warm-up, which answers nothing and runs nothing', async () => {
    await using portside = await start([says(0, 'Hello')]);
    using socket = await connect(portside.app.url);
    const warm = await socket.ask({ input: 'Context', instructions: 'Be kind.', store: false, generate: false });
    expect(warm.events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.completed',
    ]);
    expect(warm.response.output).toEqual([]);
    expect(portside.model.requests).toEqual([]);
    const next = await socket.ask({ input: 'Hi', store: false, previous_response_id: warm.response.id });
    expect(toText(next.response)).toBe('Hello');
    expect(JSON.stringify(portside.model.requests[0]?.messages)).toMatch(/Context.*Hi/);
  });

  test('goes on with the run that waits for the results of its calls', async () => {
    await using portside = await start([calls(0, [['call_a', 'look']])]);
    using socket = await connect(portside.app.url);
    const first = await socket.ask({ input: 'Look', tools: [LOOK], store: false });
    expect(first.response.output).toMatchObject([{ type: 'function_call', call_id: 'call_a' }]);
    const second = await socket.ask({
      previous_response_id: first.response.id,
      store: false,
      tools: [LOOK],
      input: [{ type: 'function_call_output', call_id: 'call_a', output: 'seen' }],
    });
    expect(toText(second.response)).toBe('Done: seen');
    expect(portside.model.requests).toHaveLength(1);
  });
});

test('what is stored is found over HTTP, and gone on from on any connection', async () => {
  await using portside = await start([says(0, 'Hello'), says(1, 'Again')]);
  using socket = await connect(portside.app.url);
  const { response } = await socket.ask({ input: 'Hi' });
  expect((await portside.get(`/v1/responses/${response.id}`)).body).toEqual(response);
  using other = await connect(portside.app.url);
  const second = await other.ask({ input: 'More', previous_response_id: response.id });
  expect(toText(second.response)).toBe('Again');
});

describe('what a connection remembers of what is stored', () => {
  const begin = async (options: StartAppOptions = {}) => {
    const portside = await start([says(0, 'Hello'), says(1, 'Again'), says(2, 'More')], options);
    const socket = await connect(portside.app.url);
    const first = await socket.ask({ input: 'Hi' });
    const second = await socket.ask({ input: 'On', previous_response_id: first.response.id, store: false });
    const goOn = (previousId: string) => socket.ask({ input: 'On', previous_response_id: previousId });
    const dispose = async () => {
      socket[Symbol.dispose]();
      await portside[Symbol.asyncDispose]();
    };
    return { portside, socket, goOn, ids: [first.response.id, second.response.id], [Symbol.asyncDispose]: dispose };
  };

  test.each([0, 1])('is forgotten with what is deleted (response %i)', async (index) => {
    await using begun = await begin();
    const { portside, ids, goOn } = begun;
    await portside.remove(`/v1/responses/${ids[0]}`);
    expect((await goOn(ids[index] ?? '')).last).toMatchObject({
      type: 'error',
      error: { code: 'previous_response_not_found' },
    });
  });

  test('is enough where the store fails', async () => {
    const store = createMemoryAnswerStore();
    await using begun = await begin({ store });
    const fail = (): never => {
      throw new Error('The disk is gone.');
    };
    Object.assign(store, { add: fail, find: fail, findThread: fail, readChain: fail, noteUse: fail });
    const third = await begun.goOn(begun.ids[1] ?? '');
    expect(toText(third.response)).toBe('More');
    // What could not be stored is remembered none the less.
    Object.assign(store, { findThread: (_owner: string, id: string) => (id === begun.ids[0] ? id : null) });
    const fourth = await begun.socket.ask({ input: 'x', previous_response_id: third.response.id, generate: false });
    expect(fourth.last.type).toBe('response.completed');
  });

  test('is nothing in a conversation, which remembers by itself', async () => {
    await using portside = await start([says(0, 'Hello'), says(1, 'Again')]);
    using socket = await connect(portside.app.url);
    const { body: conversation } = await portside.post('/v1/conversations', {});
    const first = await socket.ask({ input: 'Hi', conversation: conversation.id });
    await portside.app.fetch(`/v1/conversations/${conversation.id}/items`, {
      method: 'POST',
      body: JSON.stringify({ items: [{ role: 'user', content: 'Between' }] }),
    });
    const second = await socket.ask({ input: 'More', previous_response_id: first.response.id });
    expect(second.last.type).toBe('response.completed');
    expect(JSON.stringify(portside.model.requests.at(-1)?.messages)).toContain('Between');
  });
});

test.each<[name: string, body: object, error: object]>([
  [
    'a field of the wrong type',
    { input: 5 },
    { status: 400, error: { param: 'input', type: 'invalid_request_error' } },
  ],
  ['an item that nobody knows', { input: [{ type: 'item_reference', id: 'msg_none' }] }, { status: 400, error: {} }],
  ['no input', {}, { status: 400, error: { type: 'invalid_request_error' } }],
])('%s is refused as over HTTP, and the connection goes on', async (_name, body, error) => {
  await using portside = await start([says(0, 'Hello')]);
  using socket = await connect(portside.app.url);
  const { last } = await socket.ask(body);
  expect(last).toMatchObject({ type: 'error', ...error });
  const overHttp = await portside.create(body);
  expect([last.status, last.error]).toEqual([overHttp.status, overHttp.body.error]);
  expect(toText((await socket.ask({ input: 'Hi' })).response)).toBe('Hello');
});

test('a run ends when its socket does', async () => {
  const { backend, ended } = createScriptedBackend({ steps: [...(runs['text'] ?? []).slice(0, 3), never] });
  await using app = await startApp(backend);
  using socket = await connect(app.url);
  socket.create('Hi');
  await socket.until(({ type }) => type === 'response.output_text.delta');
  socket.socket.close();
  expect(await ended).toBe('cancelled');
});

test('a request that the user ends in the panel fails, and the connection goes on', async () => {
  const today = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const log = createActivityLog({ counter: { add: () => {}, readDay: () => today, close: () => {} } });
  const { backend, ended } = createScriptedBackend({ steps: [...(runs['text'] ?? []).slice(0, 3), never] });
  await using app = await startApp(backend, { activity: log });
  using socket = await connect(app.url);
  socket.create('Hi');
  await socket.until(({ type }) => type === 'response.output_text.delta');
  const [row] = log.list();
  expect(row).toMatchObject({ method: 'WS', protocol: 'openai-responses', isStream: true, canCancel: true });
  expect(log.cancel(row?.id ?? 0)).toBe(true);
  await socket.until(({ type }) => type === 'response.failed');
  expect(await ended).toBe('cancelled');
  await expect.poll(() => log.list()[0]?.outcome, { interval: 5 }).toBe('cancelled');
  expect((await socket.ask({ input: 'Hi', generate: false })).last.type).toBe('response.completed');
});

test('WebSockets are served over TLS too', async () => {
  const read = (name: string): string =>
    readFileSync(path.join(import.meta.dirname, '../fixtures/tls', `${name}.pem`), 'utf8');
  const tls = { certificate: read('certificate'), key: read('key') };
  await using app = await startApp(createScriptedBackend({ steps: runs['text'] ?? [] }).backend, { tls });
  const socket = new WebSocket(`wss://localhost:${app.port}/v1/responses`, {
    ca: tls.certificate,
    headers: {
      Authorization: `Bearer ${ACCESS_TOKEN}`,
      Origin: `https://localhost:${app.port}`,
      Host: `localhost:${app.port}`,
    },
  });
  const completed = new Promise<unknown>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const { type } = JSON.parse(data.toString());
      if (ENDS.has(type)) resolve(type);
    });
  });
  socket.once('open', () => socket.send(JSON.stringify({ type: 'response.create', input: 'Hi' })));
  expect(await completed).toBe('response.completed');
  socket.terminate();
});
