import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/core/run-request.ts';
import type { StoredSession, StoredTurn } from '../../../src/core/session-store.ts';
import type { Usage } from '../../../src/core/usage.ts';
import { createMemorySessionStore } from '../../../src/storage/memory-session-store.ts';
import { openSessionStore } from '../../../src/storage/open-session-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const session = (id: string, changes: Partial<StoredSession> = {}): StoredSession => ({
  id,
  owner: 'alice',
  model: 'composer-2.5',
  systemPrompt: null,
  createdAt: 1000,
  lastUsedAt: 1000,
  turns: 0,
  usage: null,
  ...changes,
});
const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const messages: readonly Message[] = [
  { role: 'system', content: [{ type: 'text', text: 'Quotes " \\ \u2028 \0 é 👍🏽' }] },
  { role: 'user', content: [{ type: 'image', url: 'data:image/png;base64,AAAA', param: 'messages[0].content[0]' }] },
  { role: 'assistant', content: [], toolCalls: [{ id: 'call_1', name: 'read', arguments: '{"a":1}' }] },
  { role: 'tool', toolCallId: 'call_1', content: [{ type: 'text', text: '' }] },
];

/** Of so many turns, each with the same of the other kinds. */
const toUsage = (inputTokens: number, outputTokens: number, turns: number): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 3 * turns,
  cacheWriteTokens: 4 * turns,
  reasoningTokens: 5 * turns,
});
const usageOf = (inputTokens: number, outputTokens: number): Usage => toUsage(inputTokens, outputTokens, 1);

describe.each(['memory', 'SQLite'])('sessions in %s', (kind) => {
  const open = () => {
    const folder = createTemporaryFolder();
    const logger = createMemoryLogger();
    const store =
      kind === 'memory' ? createMemorySessionStore() : openSessionStore(folder.join('made', 'sessions.db'), logger);
    const dispose = () => {
      store.close();
      folder.remove();
    };
    return { store, logger, [Symbol.dispose]: dispose };
  };

  test('are found by id, whoever owns them', () => {
    using opened = open();
    const { store, logger } = opened;
    expect(store.find('a')).toBeNull();
    expect(store.add(session('a', { systemPrompt: 'Be brief.' }))).toBe(true);
    expect(store.find('a')).toEqual(session('a', { systemPrompt: 'Be brief.' }));
    expect(store.readMessages('a')).toEqual([]);
    expect(logger.lines).toEqual([]);
  });

  test('have ids of their own', () => {
    using opened = open();
    const { store } = opened;
    expect([store.add(session('a')), store.add(session('a', { owner: 'bob' }))]).toEqual([true, false]);
    expect(store.find('a')).toEqual(session('a'));
  });

  test('are listed for their owner, the last used first', () => {
    using opened = open();
    const { store } = opened;
    store.add(session('b'));
    store.add(session('a'));
    store.add(session('new', { lastUsedAt: 3000 }));
    store.add(session('other', { owner: 'bob' }));
    store.touch('b', 2000);
    store.touch('gone', 2000);
    expect(store.list('alice').map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
      ['new', 3000],
      ['b', 2000],
      ['a', 1000],
    ]);
    expect(store.list('carol')).toEqual([]);
    expect(store.listAll().map(({ id, owner }) => [id, owner])).toEqual([
      ['new', 'alice'],
      ['b', 'alice'],
      ['a', 'alice'],
      ['other', 'bob'],
    ]);
    expect(
      store
        .listIdle(2000)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'other']);
  });

  test('keep every message as it was, and what the last turn changed', () => {
    using opened = open();
    const { store } = opened;
    store.add(session('a'));
    store.add(session('b'));
    store.append('a', {
      messages: messages.slice(0, 1),
      model: 'm1',
      systemPrompt: null,
      lastUsedAt: 2000,
      usage: null,
    });
    store.append('b', {
      messages: [user('elsewhere')],
      model: 'm1',
      systemPrompt: null,
      lastUsedAt: 2000,
      usage: null,
    });
    expect(
      store.append('a', { messages: messages.slice(1), model: 'm2', systemPrompt: 'S', lastUsedAt: 3000, usage: null }),
    ).toBe(true);
    expect(store.readMessages('a')).toEqual(messages);
    expect(store.readMessages('b')).toEqual([user('elsewhere')]);
    expect(store.find('a')).toEqual(session('a', { model: 'm2', systemPrompt: 'S', lastUsedAt: 3000, turns: 2 }));
  });

  test.each<[name: string, turns: readonly (Usage | null)[], sum: Usage | null]>([
    ['nothing', [], null],
    ['turns that told nothing', [null, null], null],
    ['what was told', [usageOf(1, 2), null, usageOf(10, 20)], toUsage(11, 22, 2)],
    [
      'an estimate, as one',
      [usageOf(1, 2), { ...usageOf(10, 20), isEstimated: true }, usageOf(100, 200)],
      { ...toUsage(111, 222, 3), isEstimated: true },
    ],
  ])('add up %s', (_name, usages, sum) => {
    using opened = open();
    const { store } = opened;
    store.add(session('a'));
    store.add(session('b'));
    const turn: Omit<StoredTurn, 'usage'> = { messages: [user('?')], model: 'm', systemPrompt: null, lastUsedAt: 2000 };
    for (const usage of usages) store.append('a', { ...turn, usage });
    expect(store.find('a')).toMatchObject({ turns: usages.length, usage: sum });
    expect(store.listAll().find(({ id }) => id === 'a')).toEqual(store.find('a'));
    expect(store.find('b')).toEqual(session('b'));
  });

  test('are gone with their messages once they are removed', () => {
    using opened = open();
    const { store } = opened;
    const turn = { messages, model: 'm', systemPrompt: null, lastUsedAt: 2000, usage: null };
    store.add(session('a'));
    store.append('a', turn);
    expect([store.remove('a'), store.remove('a')]).toEqual([true, false]);
    expect([store.find('a'), store.readMessages('a'), store.append('a', turn)]).toEqual([null, [], false]);
    store.add(session('a'));
    expect(store.readMessages('a')).toEqual([]);
  });
});
