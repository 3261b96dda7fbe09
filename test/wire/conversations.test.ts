import { describe, expect, test } from 'vitest';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const user = (text: string) => ({ role: 'user', content: text });
const stored = (id: unknown, text: string) => ({
  id,
  type: 'message',
  role: 'user',
  status: 'completed',
  content: [{ type: 'input_text', text }],
});
const anyId = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_[\\da-f]{32}$`));
const error = (changes: object) => ({
  error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: null, ...changes },
});

interface List {
  readonly data: readonly { readonly id: string }[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

const start = async () => {
  const app = await startApp(createScriptedBackend({}).backend);
  const ask = async <Answer = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<[status: number, answer: Answer]> => {
    const response = await app.fetch(`/v1/conversations${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return [response.status, (await response.json()) as Answer];
  };
  const create = async (body?: unknown): Promise<string> => String((await ask('POST', '', body))[1]['id']);
  /** A conversation of so many messages, with the ids `m1` and so on. */
  const createOf = (count: number): Promise<string> =>
    create({ items: Array.from({ length: count }, (_, index) => ({ id: `m${index + 1}`, ...user(`${index + 1}`) })) });
  return { app, ask, create, createOf, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

describe('a conversation', () => {
  test.each<[name: string, body: unknown, metadata: object, items: number]>([
    ['without a body', undefined, {}, 0],
    ['of nothing', {}, {}, 0],
    ['of nulls', { metadata: null, items: null }, {}, 0],
    ['with metadata', { metadata: { topic: 'demo', empty: '' } }, { topic: 'demo', empty: '' }, 0],
    ['with items', { items: [user('Hello'), { type: 'message', role: 'assistant', content: 'Hi' }] }, {}, 2],
    ['with as many items as may be', { items: Array.from({ length: 20 }, () => user('x')) }, {}, 20],
  ])('is made %s, changed and deleted', async (_name, body, metadata, items) => {
    await using started = await start();
    const { ask } = started;
    const [status, made] = await ask('POST', '', body);
    expect([status, made]).toEqual([
      200,
      { id: anyId('conv'), object: 'conversation', created_at: expect.any(Number), metadata },
    ]);
    expect(Math.abs(Number(made['created_at']) - Date.now() / 1000)).toBeLessThan(60);
    expect(findSchemaErrors('ConversationResource', made)).toEqual([]);
    const path = `/${String(made['id'])}`;
    expect(await ask('GET', path)).toEqual([200, made]);
    const [, list] = await ask<List>('GET', `${path}/items`);
    expect(list.data).toHaveLength(items);
    expect(findSchemaErrors('ConversationItemList', list)).toEqual([]);
    const changed = { ...made, metadata: { other: 'x' } };
    expect(await ask('POST', path, { metadata: { other: 'x' } })).toEqual([200, changed]);
    expect(await ask('GET', path)).toEqual([200, changed]);
    expect(await ask('POST', path, { metadata: null })).toEqual([200, { ...made, metadata: {} }]);
    const [deletedStatus, deleted] = await ask('DELETE', path);
    expect([deletedStatus, deleted]).toEqual([200, { id: made['id'], object: 'conversation.deleted', deleted: true }]);
    expect(findSchemaErrors('DeletedConversationResource', deleted)).toEqual([]);
    expect((await ask('GET', path))[0]).toBe(404);
  });

  const tooMany = Array.from({ length: 21 }, () => user('x'));
  test.each<[name: string, body: unknown, error: object]>([
    ['no object', [], {}],
    ['too many items', { items: tooMany }, { param: 'items' }],
    ['items that are no list', { items: 'Hello' }, { param: 'items' }],
    ['an item that is no object', { items: [user('x'), 'Hello'] }, { param: 'items[1]' }],
    ['an unknown item', { items: [{ type: 'wish' }] }, { param: 'items[0].type', code: 'unsupported_value' }],
    ['a reference to nothing', { items: [{ type: 'item_reference', id: 'msg_0' }] }, { param: 'items[0].id' }],
    ['metadata that is no text', { metadata: { a: 1 } }, { param: 'metadata.a' }],
    ['metadata that is a text', { metadata: 'a' }, { param: 'metadata' }],
    ['a value that is too long', { metadata: { a: 'x'.repeat(513) } }, { param: 'metadata.a' }],
    [
      'too many pairs',
      { metadata: Object.fromEntries(tooMany.map((_, index) => [`k${index}`, ''])) },
      { param: 'metadata' },
    ],
  ])('is not made of %s', async (_name, body, expected) => {
    await using started = await start();
    expect(await started.ask('POST', '', body)).toEqual([400, error(expected)]);
  });

  test.each<[method: string, path: string, body?: unknown]>([
    ['GET', ''],
    ['POST', '', { metadata: {} }],
    ['DELETE', ''],
    ['GET', '/items'],
    ['POST', '/items', { items: [user('x')] }],
    ['GET', '/items/m1'],
    ['DELETE', '/items/m1'],
  ])('of nobody, a deleted and a foreign one: %s %s is 404', async (method, path, body) => {
    await using started = await start();
    const { app, ask, createOf } = started;
    const { conversations } = app.store;
    conversations.add({ id: 'conv_foreign', owner: 'another', metadata: {}, createdAt: 1 }, [stored('m1', 'Hello')]);
    const deleted = await createOf(1);
    await ask('DELETE', `/${deleted}`);
    for (const id of ['conv_none', deleted, 'conv_foreign']) {
      expect(await ask(method, `/${id}${path}`, body)).toEqual([
        404,
        error({ message: expect.stringContaining(`'${id}'`) }),
      ]);
    }
    expect(conversations.readItems('another', 'conv_foreign')).toEqual([stored('m1', 'Hello')]);
    expect(conversations.find('another', 'conv_foreign')?.metadata).toEqual({});
  });

  test.each([
    ['PUT', '', 'GET, HEAD, POST, DELETE'],
    ['DELETE', '/items', 'GET, HEAD, POST'],
    ['POST', '/items/m1', 'GET, HEAD, DELETE'],
  ])('%s %s is told the methods that there are', async (method, path, allow) => {
    await using started = await start();
    const { app } = started;
    const response = await app.fetch(`/v1/conversations/conv_1${path}`, { method, body: '{}' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });
});

describe('the items of a conversation', () => {
  test('are added in the form that OpenAI lists them in', async () => {
    await using started = await start();
    const { ask, create } = started;
    const id = await create({ items: [user('One')] });
    const call = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'call_1', output: 'Nothing' };
    const [status, added] = await ask<List>('POST', `/${id}/items`, {
      items: [{ id: 'mine', ...user('Two') }, call, output, { role: 'assistant', content: 'Three' }],
    });
    expect([status, findSchemaErrors('ConversationItemList', added)]).toEqual([200, []]);
    expect(added).toMatchObject({
      object: 'list',
      data: [
        stored('mine', 'Two'),
        { ...call, id: anyId('fc'), status: 'completed' },
        { ...output, id: anyId('fco'), status: 'completed' },
        { id: anyId('msg'), role: 'assistant', content: [{ type: 'output_text', text: 'Three' }] },
      ],
      first_id: 'mine',
      last_id: added.data[3]?.id,
      has_more: false,
    });
    const [, all] = await ask<List>('GET', `/${id}/items?order=asc`);
    expect(all.data).toEqual([stored(anyId('msg'), 'One'), ...added.data]);
    for (const item of all.data) {
      expect(await ask('GET', `/${id}/items/${item.id}`)).toEqual([200, item]);
      expect(findSchemaErrors('ConversationItem', item)).toEqual([]);
    }
    expect((await ask('POST', `/${id}/items`, { items: [] }))[1]).toEqual({
      object: 'list',
      data: [],
      first_id: '',
      last_id: '',
      has_more: false,
    });
  });

  test('may be references to others of the same client', async () => {
    await using started = await start();
    const { app, ask, create, createOf } = started;
    app.store.conversations.add({ id: 'conv_foreign', owner: 'another', metadata: {}, createdAt: 1 }, [
      stored('theirs', 'Secret'),
    ]);
    await createOf(1);
    const id = await create();
    const [, added] = await ask<List>('POST', `/${id}/items`, { items: [{ type: 'item_reference', id: 'm1' }] });
    expect(added.data).toEqual([stored('m1', '1')]);
    const foreign = await ask('POST', `/${id}/items`, { items: [{ type: 'item_reference', id: 'theirs' }] });
    expect(foreign).toEqual([400, error({ param: 'items[0].id' })]);
  });

  test.each<[name: string, query: string, ids: string[], hasMore: boolean]>([
    ['the last twenty, latest first', '', Array.from({ length: 20 }, (_, index) => `m${20 - index}`), false],
    ['some', '?limit=2', ['m20', 'm19'], true],
    ['some, oldest first', '?limit=2&order=asc', ['m1', 'm2'], true],
    ['the rest', '?after=m2&order=desc', ['m1'], false],
    ['the rest, oldest first', '?after=m18&order=asc&limit=2', ['m19', 'm20'], false],
    ['none behind the last', '?after=m1', [], false],
    ['with unknown fields', '?limit=1&include[]=reasoning.encrypted_content&include=x', ['m20'], true],
    ['with an empty place', '?limit=1&after=', ['m20'], true],
  ])('are listed: %s', async (_name, query, ids, hasMore) => {
    await using started = await start();
    const { ask, createOf } = started;
    const [status, list] = await ask<List>('GET', `/${await createOf(20)}/items${query}`);
    expect([status, list.data.map(({ id }) => id), list.has_more]).toEqual([200, ids, hasMore]);
    expect([list.first_id, list.last_id]).toEqual([ids[0] ?? '', ids.at(-1) ?? '']);
    expect(findSchemaErrors('ConversationItemList', list)).toEqual([]);
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=x', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?order=up', 'order'],
    ['?after=m1&after=m2', 'after'],
    ['?after=none', 'after'],
  ])('are not listed by %s', async (query, param) => {
    await using started = await start();
    const { ask, createOf } = started;
    expect(await ask('GET', `/${await createOf(3)}/items${query}`)).toEqual([400, error({ param })]);
  });

  test('are removed one by one', async () => {
    await using started = await start();
    const { ask, createOf } = started;
    const id = await createOf(3);
    const [status, conversation] = await ask('DELETE', `/${id}/items/m2`);
    expect([status, conversation]).toEqual(await ask('GET', `/${id}`));
    expect(findSchemaErrors('ConversationResource', conversation)).toEqual([]);
    const [, list] = await ask<List>('GET', `/${id}/items`);
    expect(list.data.map((item) => item.id)).toEqual(['m3', 'm1']);
    for (const method of ['GET', 'DELETE']) {
      expect(await ask(method, `/${id}/items/m2`)).toEqual([404, error({ message: expect.stringContaining("'m2'") })]);
    }
  });

  test.each<[name: string, body: unknown, param: string | null]>([
    ['nothing', {}, 'items'],
    ['too many', { items: Array.from({ length: 21 }, () => user('x')) }, 'items'],
    ['one without its call', { items: [user('x'), { type: 'function_call_output', output: 'x' }] }, 'items[1].call_id'],
    ['a list', [], null],
  ])('are not %s', async (_name, body, param) => {
    await using started = await start();
    const { ask, createOf } = started;
    const id = await createOf(1);
    expect(await ask('POST', `/${id}/items`, body)).toEqual([400, error({ param })]);
    expect((await ask<List>('GET', `/${id}/items`))[1].data).toHaveLength(1);
  });
});
