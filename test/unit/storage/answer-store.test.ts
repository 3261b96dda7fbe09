import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AnswerStore, ChainLink, StoredAnswer, StoredConversation } from '../../../src/core/answer-store.ts';
import { AnswerTooLargeError } from '../../../src/core/answer-too-large-error.ts';
import { createMemoryAnswerStore } from '../../../src/storage/memory-answer-store.ts';
import { openPrivateDatabase } from '../../../src/storage/open-private-database.ts';
import { createSqliteAnswerStore } from '../../../src/storage/sqlite-answer-store.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const message = (id: string, text = 'Hello') => ({ id, type: 'message', content: [{ type: 'input_text', text }] });

const answer = (id: string, changes: Partial<StoredAnswer> = {}): StoredAnswer => ({
  id,
  kind: 'response',
  owner: 'alice',
  threadId: id,
  previousId: null,
  model: 'composer-2.5',
  metadata: {},
  createdAt: 1000,
  body: { id, output: [message(`out_${id}`)] },
  input: [message(`in_${id}`)],
  processId: null,
  ...changes,
});
/** Each goes on from the one before. */
const chain = (...ids: readonly string[]): StoredAnswer[] =>
  ids.map((id, index) => answer(id, { threadId: ids[0] ?? id, previousId: ids[index - 1] ?? null }));
const conversation = (id: string, changes: Partial<StoredConversation> = {}): StoredConversation => ({
  id,
  owner: 'alice',
  metadata: {},
  createdAt: 1000,
  ...changes,
});
const addAll = (store: AnswerStore, answers: readonly StoredAnswer[]): void => {
  for (const one of answers) store.add(one);
};
const findItem = (store: AnswerStore, id: string, owner = 'alice') => store.findItems(owner, [id]).get(id) ?? null;

describe.each(['memory', 'SQLite'])('answers in %s', (kind) => {
  const open = () => {
    const folder = createTemporaryFolder();
    const time = { now: 1000 };
    const now = () => time.now;
    const store =
      kind === 'memory'
        ? createMemoryAnswerStore(now)
        : openPrivateDatabase({
            file: folder.join('made', 'responses.db'),
            createStore: (database) => createSqliteAnswerStore(database, now),
            onDamaged: (aside) => expect.unreachable(aside),
          });
    const dispose = () => {
      store.close();
      folder.remove();
    };
    return { store, time, [Symbol.dispose]: dispose };
  };
  const ids = (page: { readonly items: readonly { readonly id?: unknown }[] } | null) =>
    page?.items.map(({ id }) => id);

  test('are found by their owner alone, as they were', () => {
    using opened = open();
    const { store } = opened;
    const whole = answer('resp_1', {
      metadata: { a: 'é' },
      body: { text: 'Quotes " \\ \u2028 \0 👍🏽', nested: { list: [1, null, true, 1.5], __proto__key: {} } },
      input: [message('in_1'), { no: 'id' }],
      previousId: 'resp_0',
      threadId: 'resp_0',
      processId: 5,
    });
    store.add(whole);
    expect(store.find('alice', 'resp_1')).toEqual(whole);
    const { input: _input, ...withoutInput } = whole;
    expect(store.findBody('alice', 'resp_1')).toEqual(withoutInput);
    expect([store.find('bob', 'resp_1'), store.find('alice', 'resp_2')]).toEqual([null, null]);
    expect([store.findBody('bob', 'resp_1'), store.findBody('alice', 'resp_2')]).toEqual([null, null]);
    expect(() => store.add(answer('resp_1', { owner: 'bob' }))).toThrow();
    expect([store.find('alice', 'resp_1'), store.find('bob', 'resp_1')]).toEqual([whole, null]);
  });

  test('change while they are made, and are over once they are settled', () => {
    using opened = open();
    const { store } = opened;
    const events = [{ type: 'response.created' }, { type: 'response.completed' }];
    store.add(answer('old'));
    store.add(answer('a', { processId: 7, createdAt: 2000 }));
    store.add(answer('b', { processId: 8, owner: 'bob' }));
    expect(store.listUnderWay().map(({ id, processId }) => [id, processId])).toEqual([
      ['b', 8],
      ['a', 7],
    ]);
    expect([store.find('alice', 'a')?.processId, store.readEvents('alice', 'a')]).toEqual([7, null]);
    const body = { status: 'completed', output: [message('m1', 'More'), message('m2')] };
    expect(store.settle('a', { body, events })).toBe(true);
    expect(store.find('alice', 'a')).toEqual(answer('a', { createdAt: 2000, body }));
    expect([store.readEvents('alice', 'a'), store.readEvents('bob', 'a')]).toEqual([events, null]);
    expect([findItem(store, 'm1'), findItem(store, 'm2')]).toEqual([message('m1', 'More'), message('m2')]);
    store.settle('b', { body, events: null });
    expect([store.readEvents('bob', 'b'), store.listUnderWay()]).toEqual([null, []]);
    expect(store.settle('none', { body, events })).toBe(false);
  });

  test('tell all that they go on from', () => {
    using opened = open();
    const { store } = opened;
    addAll(store, chain('a', 'b', 'c'));
    store.add(answer('b2', { threadId: 'a', previousId: 'a' }));
    const chainOf = (id: string, owner = 'alice') => store.readChain(owner, id)?.map((one) => one.id) ?? null;
    expect([chainOf('c'), chainOf('b2'), chainOf('a')]).toEqual([['a', 'b', 'c'], ['a', 'b2'], ['a']]);
    expect([chainOf('none'), chainOf('c', 'bob')]).toEqual([null, null]);
    const threadOf = (id: string, owner = 'alice') => store.findThread(owner, id);
    store.add(answer('d', { threadId: 'a', previousId: 'c', owner: 'bob' }));
    expect(['a', 'b2', 'c', 'none'].map((id) => threadOf(id))).toEqual(['a', 'a', 'a', null]);
    expect([threadOf('c', 'bob'), threadOf('d', 'bob')]).toEqual([null, null]);
    expect([store.remove('bob', 'b'), store.remove('alice', 'b'), store.remove('alice', 'b')]).toEqual([
      false,
      true,
      false,
    ]);
    expect([threadOf('c'), threadOf('b2')]).toEqual([null, 'a']);
    expect([chainOf('c'), chainOf('b2'), store.find('alice', 'c')?.id]).toEqual([null, ['a', 'b2'], 'c']);
  });

  test.each<[name: string, body: StoredAnswer['body'], link: Partial<ChainLink>]>([
    ['a status', { status: 'completed', conversation: null }, { status: 'completed' }],
    ['a conversation', { conversation: { id: 'conv_1' } }, { conversationId: 'conv_1' }],
    [
      'what was put out',
      { output: [message('o1', 'é " \\ \u2028 \0 \ud800 👍🏽')] },
      { output: [message('o1', 'é " \\ \u2028 \0 \ud800 👍🏽')] },
    ],
    ['nothing where there is nothing', {}, {}],
    ['nothing where there is something else', { status: 1, conversation: 'x', output: 'y' }, {}],
    ['nothing where it is not named', { status: null, conversation: { id: 5 }, output: { id: 'o1' } }, {}],
  ])('tell of each that they go on from: %s', (_name, body, link) => {
    using opened = open();
    const { store } = opened;
    const whole = answer('a', { body: { tools: [], ...body, after: true }, kind: 'chat.completion', threadId: 't' });
    store.add(whole);
    const { id, kind: kindOfAnswer, threadId, input } = whole;
    const nothing = { status: null, conversationId: null, output: [] };
    expect(store.readChain('alice', 'a')).toEqual([{ id, kind: kindOfAnswer, threadId, input, ...nothing, ...link }]);
    expect(JSON.stringify(store.findBody('alice', 'a')?.body)).toBe(JSON.stringify(whole.body));
    const settled = answer('b', { body: {}, previousId: 'a' });
    store.add(settled);
    store.settle('b', { body, events: null });
    expect(store.readChain('alice', 'b')?.[1]).toMatchObject({ id: 'b', ...nothing, ...link });
  });

  test('tell what they go on from without reading what they repeat of their requests', () => {
    using opened = open();
    const { store } = opened;
    const tools = [{ name: 'x'.repeat(50_000) }];
    for (const one of chain('a', 'b', 'c')) store.add({ ...one, body: { ...one.body, tools } });
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    expect(store.readChain('alice', 'c')?.flatMap(({ output }) => output.map(({ id }) => id))).toEqual([
      'out_a',
      'out_b',
      'out_c',
    ]);
    expect(parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0)).toBeLessThan(2000);
  });

  test('have items that are found by their ids', () => {
    using opened = open();
    const { store } = opened;
    addAll(store, chain('a', 'b'));
    store.add(answer('chat', { kind: 'chat.completion' }));
    store.conversations.add(conversation('conv_1'), [message('c1')]);
    const found = (id: string, owner = 'alice') => findItem(store, id, owner)?.['id'] ?? null;
    expect(['in_a', 'out_a', 'in_b', 'out_b', 'c1'].map((id) => found(id))).toEqual([
      'in_a',
      'out_a',
      'in_b',
      'out_b',
      'c1',
    ]);
    expect(['in_chat', 'out_chat', 'none', ''].map((id) => found(id))).toEqual([null, null, null, null]);
    expect([found('in_a', 'bob'), found('c1', 'bob')]).toEqual([null, null]);
    store.remove('alice', 'a');
    store.conversations.remove('alice', 'conv_1');
    expect([found('in_a'), found('out_a'), found('c1'), found('in_b')]).toEqual([null, null, null, 'in_b']);
  });

  test('share an item that several of them name', () => {
    using opened = open();
    const { store } = opened;
    for (const id of ['a', 'b']) store.add(answer(id, { input: [message('same'), message('same')] }));
    store.remove('alice', 'a');
    expect(findItem(store, 'same')).toEqual(message('same'));
    store.remove('alice', 'b');
    expect(findItem(store, 'same')).toBeNull();
  });

  test('give the newest of the items with one id, and no references to them', () => {
    using opened = open();
    const { store } = opened;
    const reference = { type: 'item_reference', id: 'same' };
    store.conversations.add(conversation('conv_1'), [message('said', 'first'), message('same', 'in a conversation')]);
    store.conversations.add(conversation('conv_2'), [message('said', 'second')]);
    store.conversations.append('alice', 'conv_1', [message('said', 'third'), message('said', 'fourth')]);
    store.add(answer('a', { input: [message('same', 'old'), message('other')], createdAt: 3000 }));
    store.add(answer('b', { input: [reference, message('same', 'new')], createdAt: 2000 }));
    store.add(answer('c', { input: [reference, { type: 'item_reference', id: 'none' }] }));
    store.add(answer('d', { input: [message('same', 'of another')], owner: 'bob' }));
    const found = store.findItems('alice', ['same', 'out_c', 'other', 'said', 'none', 'same', 'out_d']);
    expect(Object.fromEntries(found)).toEqual({
      same: message('same', 'new'),
      out_c: message('out_c'),
      other: message('other'),
      said: message('said', 'fourth'),
    });
    store.remove('alice', 'b');
    expect(findItem(store, 'same')).toEqual(message('same', 'old'));
    store.remove('alice', 'a');
    expect(findItem(store, 'same')).toEqual(message('same', 'in a conversation'));
  });

  test('are read once for all of their items', () => {
    using opened = open();
    const { store } = opened;
    const input = Array.from({ length: 200 }, (_, index) => message(`i${index}`));
    store.add(answer('a', { input }));
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    expect([
      ...store
        .findItems(
          'alice',
          input.map(({ id }) => id),
        )
        .values(),
    ]).toEqual(input);
    expect(parse.mock.calls.length).toBeLessThan(5);
  });

  describe('are left as they are by what is too large', () => {
    const large = message('late', 'é'.repeat(5000));
    const small = { body: {}, events: null };
    test.each<[name: string, change: (store: AnswerStore, maxBytes: number) => unknown, bytes: number]>([
      ['answer', (store, maxBytes) => store.add(answer('b', { input: [], body: large }), maxBytes), 10_000],
      ['input', (store, maxBytes) => store.add(answer('b', { input: [large] }), maxBytes), 10_000],
      ['end', (store, maxBytes) => store.settle('a', { body: { output: [large] }, events: null }, maxBytes), 10_000],
      ['stream', (store, maxBytes) => store.settle('a', { body: {}, events: [large, large] }, maxBytes), 20_000],
      [
        'part of a conversation',
        (store, maxBytes) => store.conversations.append('alice', 'conv_1', [large], maxBytes),
        10_000,
      ],
      ['end after a large beginning', (store, maxBytes) => store.settle('c', small, maxBytes), 10_000],
    ])('%s', (_name, change, bytes) => {
      using opened = open();
      const { store } = opened;
      store.add(answer('a', { processId: 1 }));
      store.add(answer('c', { input: [large], processId: 1 }));
      store.conversations.add(conversation('conv_1'), [message('i1')]);
      const read = () => [
        store.find('alice', 'a'),
        store.find('alice', 'b'),
        store.find('alice', 'c'),
        store.conversations.readItems('alice', 'conv_1'),
        store.listUnderWay(),
      ];
      const before = read();
      expect(() => change(store, bytes)).toThrow(AnswerTooLargeError);
      expect(read()).toEqual(before);
      change(store, bytes + 500);
      expect(read()).not.toEqual(before);
    });
  });

  describe('are listed', () => {
    const everything = { after: null, limit: 100, order: 'asc', model: null, metadata: {} } as const;
    test.each<[name: string, request: object, ids: string[] | undefined, hasMore?: boolean]>([
      ['all, oldest first', {}, ['a', 'b', 'c', 'd']],
      ['latest first', { order: 'desc' }, ['d', 'c', 'b', 'a']],
      ['some', { limit: 2 }, ['a', 'b'], true],
      ['exactly all', { limit: 4 }, ['a', 'b', 'c', 'd']],
      ['the rest', { after: 'b', limit: 2 }, ['c', 'd']],
      ['the rest backwards', { after: 'c', limit: 1, order: 'desc' }, ['b'], true],
      ['none behind the last', { after: 'd' }, []],
      ['by model', { model: 'opus' }, ['c']],
      ['by metadata', { metadata: { team: 'red' } }, ['b', 'c']],
      ['by all of the metadata', { metadata: { team: 'red', '"': "'" } }, ['b']],
      ['by metadata behind one that has none', { metadata: { team: 'red' }, after: 'a', limit: 1 }, ['b'], true],
      ['by metadata that none has', { metadata: { team: 'r' } }, []],
      ['not behind none', { after: 'none' }, undefined],
      ['not behind another kind', { after: 'response' }, undefined],
      ['not behind that of another owner', { after: 'bob' }, undefined],
    ])('%s', (_name, request, expected, hasMore = false) => {
      using opened = open();
      const { store } = opened;
      const add = (id: string, createdAt: number, changes: Partial<StoredAnswer> = {}): void =>
        store.add(answer(id, { kind: 'chat.completion', createdAt, ...changes }));
      add('b', 2000, { metadata: { team: 'red', '"': "'" } });
      add('bob', 2000, { owner: 'bob' });
      add('c', 2000, { metadata: { team: 'red' }, model: 'opus' });
      add('response', 2000, { kind: 'response' });
      add('a', 1000);
      add('d', 3000, { metadata: { team: 'blue' } });
      const page = store.list('alice', 'chat.completion', { ...everything, ...request });
      expect(ids(page)).toEqual(expected);
      if (page !== null) expect(page.hasMore).toBe(hasMore);
    });
  });

  test('get other metadata', () => {
    using opened = open();
    const { store } = opened;
    store.add(answer('a', { metadata: { old: '1' }, body: { x: 1, metadata: { old: '1' } } }));
    const changed = answer('a', { metadata: { new: '2' }, body: { x: 1, metadata: { new: '2' } } });
    expect(store.setMetadata('bob', 'a', {})).toBeNull();
    expect(store.setMetadata('alice', 'a', { new: '2' })).toEqual(changed);
    expect(store.find('alice', 'a')).toEqual(changed);
  });

  test('go with their owner', () => {
    using opened = open();
    const { store } = opened;
    for (const owner of ['alice', 'bob']) {
      store.add(answer(`a_${owner}`, { owner }));
      store.conversations.add(conversation(`conv_${owner}`, { owner }), [message(`c_${owner}`)]);
    }
    store.conversations.add(conversation('conv_carol', { owner: 'carol' }), []);
    expect(store.listOwners()).toEqual(['alice', 'bob', 'carol']);
    store.removeOwner('alice');
    expect(store.listOwners()).toEqual(['bob', 'carol']);
    expect([store.find('alice', 'a_alice'), findItem(store, 'in_a_alice')]).toEqual([null, null]);
    expect([store.conversations.find('alice', 'conv_alice'), findItem(store, 'c_alice')]).toEqual([null, null]);
    expect([store.find('bob', 'a_bob')?.id, findItem(store, 'c_bob', 'bob')?.['id']]).toEqual(['a_bob', 'c_bob']);
  });

  describe('are removed a thread at a time', () => {
    const SIZE = 10_000;
    const large = (id: string) => message(id, 'é'.repeat(SIZE / 2));
    /** Threads of a and b, c, a conversation and d, used in this order, of some 40, 20, 20 and 20 kB. */
    const fill = (store: AnswerStore, time: { now: number }): void => {
      for (const one of chain('a', 'b')) store.add({ ...one, input: [large(`in_${one.id}`)], body: large(one.id) });
      time.now = 2000;
      store.add(answer('c', { input: [large('in_c')], body: large('c') }));
      time.now = 3000;
      store.conversations.add(conversation('conv_1'), [large('i1'), large('i2')]);
      time.now = 4000;
      store.add(answer('d', { input: [large('in_d')], processId: 1 }));
      store.settle('d', { body: {}, events: [large('e')] });
      time.now = 5000;
    };
    const left = (store: AnswerStore): string[] =>
      ['a', 'b', 'c', 'd', 'conv_1'].filter(
        (id) => store.find('alice', id) !== null || store.conversations.find('alice', id) !== null,
      );

    /** An answer that is not over. */
    const begin = (store: AnswerStore, threadId: string, changes: Partial<StoredAnswer> = {}): void =>
      store.add(answer('e', { threadId, processId: 1, ...changes }));
    const use = (store: AnswerStore, threadIds: string[], itemIds: string[] = [], owner = 'alice'): void =>
      store.noteUse(owner, { threadIds, itemIds });
    test.each<[name: string, change: (store: AnswerStore) => void, usedBefore: number, left: string[]]>([
      ['none', () => {}, 1000, ['a', 'b', 'c', 'd', 'conv_1']],
      ['answers', () => {}, 2000, ['c', 'd', 'conv_1']],
      ['a conversation', () => {}, 3001, ['d']],
      [
        'none that goes on',
        (store) => store.add(answer('e', { threadId: 'a', previousId: 'a' })),
        4000,
        ['a', 'b', 'd'],
      ],
      ['none that ended late', (store) => store.settle('b', { body: {}, events: null }), 4000, ['a', 'b', 'd']],
      [
        'none whose items were added to',
        (store) => store.conversations.append('alice', 'conv_1', []),
        5000,
        ['conv_1'],
      ],
      ['none that was gone on from', (store) => use(store, ['a', 'conv_1']), 5000, ['a', 'b', 'conv_1']],
      ['none whose items were', (store) => use(store, [], ['out_none', 'in_b', 'i2']), 5000, ['a', 'b', 'conv_1']],
      ['what others may not use', (store) => use(store, ['a', 'conv_1'], ['in_b', 'i2'], 'bob'), 5000, []],
      ['what is not there', (store) => use(store, ['none'], ['none']), 5000, []],
      ['what was only looked at', (store) => [store.find('alice', 'a'), store.readChain('alice', 'b')], 5000, []],
      ['none in which an answer is being made', (store) => begin(store, 'a'), 5001, ['a', 'b']],
      ['what was only read', (store) => store.conversations.readItems('alice', 'conv_1'), 5000, []],
    ])('unused: %s', (_name, change, usedBefore, expected) => {
      using opened = open();
      fill(opened.store, opened.time);
      change(opened.store);
      opened.store.removeUnused(usedBefore);
      expect(left(opened.store)).toEqual(expected);
      expect(findItem(opened.store, 'in_a') === null).toBe(!expected.includes('a'));
      expect(findItem(opened.store, 'i2') === null).toBe(!expected.includes('conv_1'));
    });

    const nothing = (): void => {};
    const everything = ['a', 'b', 'c', 'd', 'conv_1'];
    test.each<
      [name: string, change: (store: AnswerStore) => void, maxBytes: number, left: string[], targetBytes?: number]
    >([
      ['nothing', nothing, 101_500, ['a', 'b', 'c', 'd', 'conv_1']],
      ['the longest unused', nothing, 98_000, ['c', 'd', 'conv_1']],
      ['no more than needed', nothing, 61_000, ['c', 'd', 'conv_1']],
      ['several', nothing, 59_000, ['d', 'conv_1']],
      ['conversations too', nothing, 39_000, ['d']],
      ['all', nothing, 0, []],
      [
        'only what is too much by itself',
        (store) => store.add(answer('e', { body: { text: 'x'.repeat(11 * SIZE) } })),
        105_000,
        ['a', 'b', 'c', 'd', 'conv_1'],
      ],
      ['what was added last', (store) => store.add(answer('e', { body: large('e') })), 108_000, ['c', 'd', 'conv_1']],
      ['nothing after a removal', (store) => store.remove('alice', 'c'), 81_000, ['a', 'b', 'd', 'conv_1']],
      [
        'nothing after an item was removed',
        (store) => store.conversations.removeItem('alice', 'conv_1', 'i1'),
        91_000,
        ['a', 'b', 'c', 'd', 'conv_1'],
      ],
      [
        'nothing after items became less',
        (store) => store.settle('d', { body: {}, events: null }),
        91_000,
        ['a', 'b', 'c', 'd', 'conv_1'],
      ],
      [
        'more after one grew',
        (store) => store.settle('d', { body: large('d'), events: [large('d')] }),
        101_500,
        ['c', 'd', 'conv_1'],
      ],
      [
        'more after a conversation grew',
        (store) => store.conversations.append('alice', 'conv_1', [large('i3')]),
        101_500,
        ['c', 'd', 'conv_1'],
      ],
      ['nothing after others went', (store) => store.removeUnused(2001), 41_000, ['d', 'conv_1']],
      [
        'more after metadata came',
        (store) => store.setMetadata('alice', 'c', { a: 'x'.repeat(SIZE) }),
        101_500,
        ['c', 'd', 'conv_1'],
      ],
      ['all in which no answer is being made', (store) => begin(store, 'a'), 0, ['a', 'b']],
      [
        'others that were used after one in which an answer is being made',
        (store) => {
          begin(store, 'a');
          use(store, ['c', 'd', 'conv_1']);
        },
        65_000,
        ['a', 'b', 'd'],
      ],
      [
        'none for one that is too much by itself and not over yet',
        (store) => begin(store, 'e', { body: { text: 'x'.repeat(11 * SIZE) } }),
        105_000,
        everything,
      ],
      ['as much as is wanted', nothing, 98_000, ['d', 'conv_1'], 59_000],
      ['as little as is wanted', nothing, 98_000, ['c', 'd', 'conv_1'], 61_000],
      ['nothing as long as it is not over the limit', nothing, 101_500, everything, 0],
      ['all others but one that cannot reach what is wanted', (store) => use(store, ['a']), 98_000, ['a', 'b'], 39_000],
    ])('over the limit: %s', (_name, change, maxBytes, expected, targetBytes) => {
      using opened = open();
      fill(opened.store, opened.time);
      change(opened.store);
      opened.store.trim(maxBytes, targetBytes);
      expect(left(opened.store)).toEqual(expected);
      opened.store.trim(maxBytes, targetBytes);
      expect(left(opened.store)).toEqual(expected);
    });

    test('an answer that is too much is removed once it is over', () => {
      using opened = open();
      const { store } = opened;
      store.add(answer('a', { processId: 1 }));
      const tidy = (): void => {
        store.removeUnused(Infinity);
        store.trim(0);
      };
      tidy();
      expect([store.find('alice', 'a')?.processId, findItem(store, 'in_a')]).toEqual([1, message('in_a')]);
      expect(store.settle('a', { body: {}, events: null })).toBe(true);
      tidy();
      expect(store.find('alice', 'a')).toBeNull();
    });

    test('an answer whose thread was removed begins it anew', () => {
      using opened = open();
      const { store, time } = opened;
      fill(store, time);
      store.removeUnused(1001);
      store.add(answer('e', { threadId: 'a', previousId: 'b' }));
      expect([store.find('alice', 'e')?.id, store.readChain('alice', 'e')]).toEqual(['e', null]);
    });
  });

  describe('conversations', () => {
    const three = [message('i1'), message('i2'), message('i3')];

    test('are found, changed and removed by their owner alone', () => {
      using opened = open();
      const { conversations } = opened.store;
      const first = conversation('conv_1', { metadata: { a: '1' } });
      conversations.add(first, three);
      conversations.add(conversation('conv_2', { owner: 'bob' }), []);
      expect([conversations.find('alice', 'conv_1'), conversations.readItems('alice', 'conv_1')]).toEqual([
        first,
        three,
      ]);
      expect([conversations.find('bob', 'conv_1'), conversations.readItems('bob', 'conv_1')]).toEqual([null, null]);
      expect([conversations.readItems('bob', 'conv_2'), conversations.find('alice', 'none')]).toEqual([[], null]);
      const changed = { ...first, metadata: { b: '2' } };
      expect([
        conversations.setMetadata('bob', 'conv_1', {}),
        conversations.setMetadata('alice', 'conv_1', { b: '2' }),
      ]).toEqual([null, changed]);
      expect(conversations.find('alice', 'conv_1')).toEqual(changed);
      expect([
        conversations.append('bob', 'conv_1', three),
        conversations.removeItem('bob', 'conv_1', 'i1'),
        conversations.findItem('bob', 'conv_1', 'i1'),
        conversations.remove('bob', 'conv_1'),
      ]).toEqual([false, false, null, false]);
      expect([conversations.remove('alice', 'conv_1'), conversations.remove('alice', 'conv_1')]).toEqual([true, false]);
      expect([conversations.find('alice', 'conv_1'), conversations.append('alice', 'conv_1', three)]).toEqual([
        null,
        false,
      ]);
    });

    test('keep items in their order, with what they are', () => {
      using opened = open();
      const { conversations } = opened.store;
      const odd = { id: 'i4', type: 'x', text: '\0 \u2028 👍🏽', deep: [{ a: null }] };
      conversations.add(conversation('conv_1'), three.slice(0, 1));
      conversations.add(conversation('conv_2'), [message('other')]);
      expect(conversations.append('alice', 'conv_1', [...three.slice(1), odd])).toBe(true);
      expect(conversations.readItems('alice', 'conv_1')).toEqual([...three, odd]);
      expect(conversations.findItem('alice', 'conv_1', 'i4')).toEqual(odd);
      expect([
        conversations.findItem('alice', 'conv_1', 'other'),
        conversations.findItem('alice', 'none', 'i1'),
      ]).toEqual([null, null]);
      expect([
        conversations.removeItem('alice', 'conv_1', 'i2'),
        conversations.removeItem('alice', 'conv_1', 'i2'),
      ]).toEqual([true, false]);
      expect(conversations.readItems('alice', 'conv_1')).toEqual([message('i1'), message('i3'), odd]);
    });

    test('may have the same item', () => {
      using opened = open();
      const { conversations } = opened.store;
      conversations.add(conversation('conv_1'), [message('i1', 'first'), message('i2'), message('i1', 'second')]);
      conversations.add(conversation('conv_2'), [message('i1', 'third')]);
      expect(conversations.findItem('alice', 'conv_1', 'i1')).toEqual(message('i1', 'first'));
      expect(conversations.findItem('alice', 'conv_2', 'i1')).toEqual(message('i1', 'third'));
      expect(ids(conversations.listItems('alice', 'conv_1', { after: 'i1', limit: 9, order: 'asc' }))).toEqual([
        'i2',
        'i1',
      ]);
      expect(ids(conversations.listItems('alice', 'conv_1', { after: 'i1', limit: 9, order: 'desc' }))).toEqual([]);
      conversations.removeItem('alice', 'conv_1', 'i1');
      expect([conversations.readItems('alice', 'conv_1'), conversations.readItems('alice', 'conv_2')?.length]).toEqual([
        [message('i2')],
        1,
      ]);
    });

    test.each<[name: string, request: object, ids: string[] | undefined, hasMore?: boolean]>([
      ['all', {}, ['i1', 'i2', 'i3']],
      ['the latest first', { order: 'desc' }, ['i3', 'i2', 'i1']],
      ['some', { limit: 1 }, ['i1'], true],
      ['the rest', { after: 'i1', limit: 2 }, ['i2', 'i3']],
      ['the rest backwards', { after: 'i3', limit: 1, order: 'desc' }, ['i2'], true],
      ['none behind the last', { after: 'i1', order: 'desc' }, []],
      ['not behind none', { after: 'other' }, undefined],
    ])('list %s', (_name, request, expected, hasMore = false) => {
      using opened = open();
      const { conversations } = opened.store;
      conversations.add(conversation('conv_1'), three);
      conversations.add(conversation('conv_2'), [message('other')]);
      const page = conversations.listItems('alice', 'conv_1', { after: null, limit: 20, order: 'asc', ...request });
      expect(ids(page)).toEqual(expected);
      if (page !== null) expect(page.hasMore).toBe(hasMore);
      expect(conversations.listItems('bob', 'conv_1', { after: null, limit: 20, order: 'asc' })).toBeNull();
    });
  });
});
