import { describe, expect, test } from 'vitest';
import { createActivityLog } from '../../src/engine/activity/create-activity-log.ts';
import { createMemoryAnswerStore } from '../../src/storage/memory-answer-store.ts';
import { createMemoryUsageCounter } from '../../src/storage/memory-usage-counter.ts';
import { fails, says } from '../support/answers-rig.ts';
import { createFakeModel, type ModelScript, modelTurn } from '../support/fake-model.ts';
import { CLIENT, startApp, type StartAppOptions } from '../support/start-app.ts';
import { toText, useResponses } from '../support/use-responses.ts';

const start = async (scripts: readonly ModelScript[], options: StartAppOptions = {}) => {
  const model = createFakeModel(...scripts);
  const app = await startApp(model.backend, options);
  return { app, model, ...useResponses(app.fetch), [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

const toPlace = (headers: Headers) => headers.get('x-portside-conversation');

describe('in the background', () => {
  /** Says one thing, and another when it is let go on. */
  const waits = (gate: Promise<void>): ModelScript =>
    async function* () {
      const turn = modelTurn(0);
      yield turn.start();
      yield* turn.say('Begun.');
      await gate;
      yield* turn.say(' Done.');
      yield turn.end();
    };

  const until = async (portside: Pick<ReturnType<typeof useResponses>, 'get'>, id: string, status: string) => {
    await expect
      .poll(async () => (await portside.get(`/v1/responses/${id}`)).body.status, { interval: 5, timeout: 5000 })
      .toBe(status);
    return (await portside.get(`/v1/responses/${id}`)).body;
  };

  test('is asked after until it is completed, and can be followed again at any place', async () => {
    const gate = Promise.withResolvers<void>();
    await using portside = await start([waits(gate.promise), says(1, 'More.')]);
    const { body } = await portside.create({ input: 'Work', background: true });
    expect(body).toMatchObject({ status: 'queued', background: true, output: [] });
    await until(portside, body.id, 'in_progress');
    const following = portside.resume(body.id);
    expect(await portside.create({ input: 'x', previous_response_id: body.id })).toMatchObject({ status: 400 });
    gate.resolve();
    const done = await until(portside, body.id, 'completed');
    expect(toText(done)).toBe('Begun. Done.');
    const events = await following;
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: done });
    expect(await portside.resume(body.id)).toEqual(events);
    expect(await portside.resume(body.id, 4)).toEqual(events.slice(5));
    const next = await portside.create({ input: 'x', previous_response_id: body.id });
    expect(toPlace(next.headers)).toBe('continued');
  });

  test('goes on without its connection', async () => {
    const gate = Promise.withResolvers<void>();
    await using portside = await start([waits(gate.promise)]);
    const controller = new AbortController();
    const response = await portside.app.fetch('/v1/responses', {
      method: 'POST',
      body: JSON.stringify({ input: 'Work', background: true, stream: true }),
      signal: controller.signal,
    });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const id = /"id":"(resp_\w+)"/.exec(first)?.[1] ?? '';
    controller.abort();
    gate.resolve();
    expect(toText(await until(portside, id, 'completed'))).toBe('Begun. Done.');
  });

  test('is cancelled, which ends its run', async () => {
    await using portside = await start([waits(new Promise(() => {}))]);
    const { body } = await portside.create({ input: 'Work', background: true });
    await until(portside, body.id, 'in_progress');
    const following = portside.resume(body.id);
    const cancelled = await portside.post(`/v1/responses/${body.id}/cancel`, {});
    expect(cancelled.body).toMatchObject({ status: 'cancelled', completed_at: null });
    expect((await following).at(-1)).toMatchObject({ response: { status: 'cancelled' } });
    await expect.poll(() => portside.model.cancelled, { interval: 5 }).toEqual([0]);
    expect((await portside.post(`/v1/responses/${body.id}/cancel`, {})).body).toEqual(cancelled.body);
    expect((await portside.get(`/v1/responses/${body.id}`)).body).toEqual(cancelled.body);
  });

  test('is refused where it cannot be stored', async () => {
    const store = createMemoryAnswerStore();
    await using portside = await start([], {
      store: {
        ...store,
        add() {
          throw new Error('The disk is full.');
        },
      },
    });
    const { status, body } = await portside.create({ input: 'Work', background: true });
    expect([status, body.error?.message]).toEqual([413, expect.stringContaining('has to be stored')]);
    expect(portside.model.requests).toEqual([]);
  });

  test('is deleted, which ends its run', async () => {
    await using portside = await start([waits(new Promise(() => {}))]);
    const { body } = await portside.create({ input: 'Work', background: true });
    expect((await portside.remove(`/v1/responses/${body.id}`)).status).toBe(200);
    await expect.poll(() => portside.model.cancelled.length, { interval: 5 }).toBe(1);
    expect((await portside.get(`/v1/responses/${body.id}`)).status).toBe(404);
  });

  test('fails where its run does', async () => {
    await using portside = await start([fails('rate_limited')]);
    const { body } = await portside.create({ input: 'Work', background: true });
    expect(await until(portside, body.id, 'failed')).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });

  test('is failed where the server ends, and where one has died over it', async () => {
    const store = createMemoryAnswerStore();
    const id = await (async () => {
      await using portside = await start([waits(new Promise(() => {}))], { store });
      const { body } = await portside.create({ input: 'Work', background: true });
      await until(portside, body.id, 'in_progress');
      return body.id;
    })();
    await using portside = await start([], { store });
    expect((await portside.get(`/v1/responses/${id}`)).body).toMatchObject({
      status: 'failed',
      error: { code: 'server_error' },
    });
  });

  test('made by another Portside can be asked for, but neither followed nor cancelled', async () => {
    const store = createMemoryAnswerStore();
    await using portside = await start([], { store });
    const { body } = await (async () => {
      await using other = await start([waits(new Promise(() => {}))]);
      return await other.create({ input: 'Work', background: true });
    })();
    store.add({
      id: body.id,
      kind: 'response',
      owner: CLIENT.owner,
      threadId: body.id,
      previousId: null,
      model: body.model,
      metadata: {},
      createdAt: Date.now(),
      body: { ...body },
      input: [],
      processId: process.pid,
    });
    expect((await portside.get(`/v1/responses/${body.id}`)).body).toMatchObject({ status: 'queued' });
    expect((await portside.get(`/v1/responses/${body.id}?stream=true`)).status).toBe(409);
    expect((await portside.post(`/v1/responses/${body.id}/cancel`, {})).status).toBe(409);
  });

  test('is in progress as soon as its run may begin, and written down when it is over', async () => {
    const activity = createActivityLog({ counter: createMemoryUsageCounter() });
    await using portside = await start(
      [
        async function* () {
          await new Promise(() => {});
          yield modelTurn(0).start();
        },
      ],
      { activity },
    );
    const { body } = await portside.create({ input: 'Work', background: true });
    await until(portside, body.id, 'in_progress');
    expect(activity.list()[0]).toMatchObject({ outcome: 'running', protocol: 'openai-responses' });
    await portside.post(`/v1/responses/${body.id}/cancel`, {});
    await expect.poll(() => activity.list()[0]?.outcome, { interval: 5 }).toBe('cancelled');
  });

  test('that fails is written down as failed', async () => {
    const activity = createActivityLog({ counter: createMemoryUsageCounter() });
    await using portside = await start(
      [
        async function* () {
          yield modelTurn(0).start();
          throw new TypeError('A defect.');
        },
      ],
      { activity },
    );
    const { body } = await portside.create({ input: 'Work', background: true });
    expect(await until(portside, body.id, 'failed')).toMatchObject({ error: { code: 'server_error' } });
    await expect
      .poll(() => activity.list()[0], { interval: 5 })
      .toMatchObject({
        outcome: 'failed',
        errorCode: 'internal_error',
      });
    expect(portside.app.logger.lines.join('\n')).toContain('A defect.');
  });

  test('only what was made there can be cancelled', async () => {
    await using portside = await start([says(0, 'Hi')]);
    const { body } = await portside.create({ input: 'Hi' });
    expect(await portside.post(`/v1/responses/${body.id}/cancel`, {})).toMatchObject({ status: 400 });
  });
});
