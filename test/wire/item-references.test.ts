import { describe, expect, test } from 'vitest';
import { says } from '../support/answers-rig.ts';
import { createFakeModel, type ModelScript } from '../support/fake-model.ts';
import { startApp } from '../support/start-app.ts';
import { type Told, useResponses } from '../support/use-responses.ts';

const start = async (...scripts: readonly ModelScript[]) => {
  const model = createFakeModel(...scripts);
  const app = await startApp(model.backend);
  const responses = useResponses(app.fetch);
  const readItems = async (path: string) =>
    Object((await responses.get(`${path}?order=asc`)).body).data as readonly {
      readonly id: string;
      content: unknown;
    }[];
  return { app, model, ...responses, readItems, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};
const user = (id: string, text: string) => ({ type: 'message', id, role: 'user', content: text });
const refer = (id: unknown) => ({ type: 'item_reference', id });
const toOutputId = ({ body }: Told): unknown => body.output[0]?.['id'];
const toOwner = (app: Awaited<ReturnType<typeof startApp>>): string => app.store.listOwners()[0] ?? '';

describe('what a request only names', () => {
  test('is stored once, however often it is named, and read as if it were there', async () => {
    const long = 'long '.repeat(2000);
    await using portside = await start(says(0, 'One'), says(1, 'Two'), says(2, 'Three'));
    const first = await portside.create({ input: [user('msg_a', long)] });
    const history = [refer('msg_a'), refer(toOutputId(first))];
    const second = await portside.create({ input: [...history, user('msg_b', 'More')] });
    expect(second.headers.get('x-portside-conversation')).toBe('continued');
    const { store } = portside.app;
    expect(JSON.stringify(store.find(toOwner(portside.app), second.body.id)?.input).length).toBeLessThan(1000);
    const items = await portside.readItems(`/v1/responses/${second.body.id}/input_items`);
    expect(items.map(({ id }) => id)).toEqual(['msg_a', toOutputId(first), 'msg_b']);
    expect(JSON.stringify(items[0])).toContain(long);
    const third = await portside.create({ input: 'On', previous_response_id: second.body.id });
    expect(third.headers.get('x-portside-conversation')).toBe('continued');
  });

  test('is there once', async () => {
    await using portside = await start(says(0, 'One'));
    const first = await portside.create({ input: [user('msg_a', 'Hi')] });
    for (const input of [
      [refer('msg_a'), refer(toOutputId(first)), refer('msg_a')],
      [user('msg_a', 'Hi'), user('msg_b', 'Hi'), refer('msg_a')],
    ]) {
      expect(await portside.create({ input })).toMatchObject({
        status: 400,
        body: { error: { param: 'input[2].id', message: expect.stringContaining('there twice') } },
      });
    }
  });

  test('ends what goes on from it where it is deleted', async () => {
    await using portside = await start(says(0, 'One'), says(1, 'Two'));
    const first = await portside.create({ input: [user('msg_a', 'Hi')] });
    const second = await portside.create({ input: [refer('msg_a'), refer(toOutputId(first)), user('msg_b', 'More')] });
    await portside.remove(`/v1/responses/${first.body.id}`);
    expect(await portside.create({ input: 'On', previous_response_id: second.body.id })).toMatchObject({
      status: 400,
      body: { error: { code: 'previous_response_not_found', param: 'previous_response_id' } },
    });
    const items = await portside.readItems(`/v1/responses/${second.body.id}/input_items`);
    expect(items.map(({ id }) => id)).toEqual(['msg_b']);
  });

  test('is kept in a conversation with what it says, unless it is there already', async () => {
    await using portside = await start(says(0, 'Elsewhere'), says(0, 'One'), says(1, 'Two'));
    const elsewhere = await portside.create({ input: [user('msg_a', 'Hi')] });
    const { body: conversation } = await portside.post('/v1/conversations', {});
    const path = `/v1/conversations/${conversation.id}/items`;
    const first = await portside.create({ input: [refer('msg_a')], conversation: conversation.id });
    await portside.remove(`/v1/responses/${elsewhere.body.id}`);
    expect(await portside.readItems(path)).toMatchObject([
      { id: 'msg_a', content: [{ type: 'input_text', text: 'Hi' }] },
      { id: toOutputId(first) },
    ]);
    const again = await portside.create({
      input: [refer('msg_a'), user('msg_b', 'More')],
      conversation: conversation.id,
    });
    expect((await portside.readItems(path)).map(({ id }) => id)).toEqual([
      'msg_a',
      toOutputId(first),
      'msg_b',
      toOutputId(again),
    ]);
  });
});

test('what is gone on from without being stored again is not too old', async () => {
  await using portside = await start(...Array.from({ length: 5 }, (_, index) => says(index, 'Well')));
  const first = await portside.create({ input: 'Hi' });
  const named = await portside.create({ input: [user('msg_a', 'Named')] });
  const unused = await portside.create({ input: 'Unused' });
  const before = Date.now();
  await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(before);
  const limit = Date.now();
  for (const body of [{ input: 'More', previous_response_id: first.body.id }, { input: [refer('msg_a')] }]) {
    expect(await portside.create({ ...body, store: false })).toMatchObject({ status: 200 });
  }
  portside.app.store.removeUnused(limit);
  const status = async (path: string) => (await portside.get(path)).status;
  expect([
    await status(`/v1/responses/${first.body.id}`),
    await status(`/v1/responses/${named.body.id}`),
    await status(`/v1/responses/${unused.body.id}`),
  ]).toEqual([200, 200, 404]);
});
