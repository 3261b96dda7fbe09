import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AssistantMessage, Message } from '../../../../src/core/run-request.ts';
import { createNamedSessions } from '../../../../src/engine/sessions/named-sessions.ts';
import { createMemorySessionStore } from '../../../../src/storage/memory-session-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const IDLE_MS = 30 * 60_000;
const MODEL = 'composer-2.5';

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const answer = (text: string): AssistantMessage => ({
  role: 'assistant',
  content: [{ type: 'text', text }],
  toolCalls: [],
});
const call: AssistantMessage = {
  role: 'assistant',
  content: [],
  toolCalls: [{ id: 'call_1', name: 'read', arguments: '{"path":"a"}' }],
};
const rewritten: AssistantMessage = {
  ...call,
  toolCalls: call.toolCalls.map((each) => ({ ...each, arguments: '{"path":"/home/a","limit":10}' })),
};
const result: Message = { role: 'tool', toolCallId: 'call_1', content: [{ type: 'text', text: 'text of a' }] };

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

const setUp = () => {
  const deleted: string[] = [];
  const store = createMemorySessionStore();
  const logger = createMemoryLogger();
  const sessions = createNamedSessions({ store, idleMs: IDLE_MS, onDelete: (id) => deleted.push(id), logger });
  const ask = (messages: readonly Message[], changes: { model?: string; systemPrompt?: string } = {}) =>
    sessions.begin('alice', 's', {
      model: { id: changes.model ?? MODEL },
      systemPrompt: changes.systemPrompt ?? null,
      messages,
    });
  return { sessions, store, deleted, logger, ask };
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is new in a request', () => {
  const known = [user('My name is Alice.'), answer('Hello Alice!')];
  test.each<[name: string, known: readonly Message[], sent: readonly Message[], added: readonly Message[]]>([
    ['all of the first', [], [user('Hi')], [user('Hi')]],
    ['a message alone', known, [user('Who am I?')], [user('Who am I?')]],
    ['the rest of the whole conversation', known, [...known, user('Who am I?')], [user('Who am I?')]],
    [
      'the rest, though the client writes it in another way',
      known,
      [
        {
          role: 'user',
          content: [{ type: 'text', text: 'My name is Alice.' }],
        },
        answer('Hello Alice!\n'),
        user('Who am I?'),
      ],
      [user('Who am I?')],
    ],
    [
      'all of another conversation',
      known,
      [user('My name is Bob.'), answer('Hello Bob!'), user('Who am I?')],
      [user('My name is Bob.'), answer('Hello Bob!'), user('Who am I?')],
    ],
    ['the same question again', known, [user('My name is Alice.')], [user('My name is Alice.')]],
    ['the results of tool calls alone', [user('Read a.'), call], [result], [result]],
    [
      'the results after the whole conversation, with arguments that the client has rewritten',
      [user('Read a.'), call],
      [user('Read a.'), rewritten, result],
      [result],
    ],
    ['the results behind such a call', [user('Read a.'), call], [rewritten, result], [result]],
    ['the results after the whole conversation', [user('Read a.'), call], [user('Read a.'), call, result], [result]],
  ])('%s', (_name, before, sent, added) => {
    const { store, ask, sessions } = setUp();
    sessions.create('alice', MODEL, 's');
    store.append('s', { messages: before, model: MODEL, systemPrompt: null, lastUsedAt: Date.now(), usage: null });
    const turn = ask(sent);
    expect(turn).toMatchObject({ messages: [...before, ...added], sessionId: 's' });
    turn.finish(answer('Ok.'));
    expect(store.readMessages('s')).toEqual([...before, ...added, answer('Ok.')]);
  });

  test('nothing: the client is told to say something', () => {
    const { store, ask, sessions } = setUp();
    sessions.create('alice', MODEL, 's');
    store.append('s', { messages: known, model: MODEL, systemPrompt: null, lastUsedAt: Date.now(), usage: null });
    expect(() => ask(known)).toThrow(expect.objectContaining({ code: 'invalid_request', param: 'messages' }));
    ask([user('Who am I?')]).release();
  });
});

describe('a turn', () => {
  test('changes the model and the system prompt from then on', () => {
    const { sessions, ask } = setUp();
    expect(ask([user('1')], { systemPrompt: 'Be brief.' }).systemPrompt).toBe('Be brief.');
    sessions.delete('alice', 's');
    ask([user('1')], { systemPrompt: 'Be brief.' }).finish(answer('1'));
    const second = ask([user('2')], { model: 'gpt-5' });
    expect([second.systemPrompt, sessions.get('alice', 's')?.model]).toEqual(['Be brief.', MODEL]);
    second.finish(answer('2'));
    expect(sessions.get('alice', 's')?.model).toBe('gpt-5');
    ask([user('3')], { systemPrompt: 'Be long.' }).finish(answer('3'));
    expect(ask([user('4')]).systemPrompt).toBe('Be long.');
  });

  test('keeps others away until it ends, once', () => {
    const { store, ask } = setUp();
    const first = ask([user('1')]);
    expect(() => ask([user('2')])).toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringMatching(/Wait/) }),
    );
    first.finish(answer('1'));
    const second = ask([user('2')]);
    first.finish(answer('again'));
    first.release();
    expect(() => ask([user('3')])).toThrow(expect.objectContaining({ code: 'conflict' }));
    second.release();
    ask([user('3')]).finish(answer('3'));
    expect(store.readMessages('s')).toEqual([user('1'), answer('1'), user('3'), answer('3')]);
  });

  test.each<[name: string, end: 'finish' | 'release']>([
    ['finished without an answer', 'finish'],
    ['released', 'release'],
  ])('leaves nothing where it is %s', (_name, end) => {
    const { sessions, store, ask } = setUp();
    const fail = (): void => {
      const turn = ask([user('lost')], { model: 'gpt-5', systemPrompt: 'Lost.' });
      if (end === 'finish') turn.finish(null);
      else turn.release();
    };
    fail();
    expect(sessions.list('alice')).toEqual([]);
    const { createdAt, lastUsedAt } = sessions.create('alice', MODEL, 's');
    fail();
    expect(sessions.list('alice')).toEqual([{ id: 's', model: MODEL, createdAt, lastUsedAt }]);
    expect([store.readMessages('s'), ask([user('1')]).systemPrompt]).toEqual([[], null]);
  });

  test('writes nothing into a session that was deleted meanwhile, nor into the next one of its name', () => {
    const { sessions, store, deleted, ask } = setUp();
    const turn = ask([user('old')]);
    expect(sessions.delete('alice', 's')).toBe(true);
    const next = ask([user('new')]);
    turn.finish(answer('old'));
    expect(() => ask([user('newer')])).toThrow(expect.objectContaining({ code: 'conflict' }));
    next.finish(answer('new'));
    expect(store.readMessages('s')).toEqual([user('new'), answer('new')]);
    expect(deleted).toEqual(['s']);
  });

  test('that cannot be stored goes to the log', () => {
    const { store, logger, ask } = setUp();
    const turn = ask([user('1')]);
    vi.spyOn(store, 'append').mockImplementation(() => {
      throw new Error('the disk is full');
    });
    turn.finish(answer('1'));
    expect(logger.lines).toEqual([expect.stringMatching(/^error .*the disk is full/)]);
    ask([user('2')]).release();
  });
});

describe('sessions', () => {
  test('are made under a name of the client or of ours', () => {
    const { sessions } = setUp();
    expect(sessions.create('alice', MODEL, 'mine')).toEqual({
      id: 'mine',
      model: MODEL,
      createdAt: 1_000_000,
      lastUsedAt: 1_000_000,
    });
    expect(sessions.create('alice', MODEL).id).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    expect(() => sessions.create('alice', MODEL, 'mine')).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test('do not exist for another token', () => {
    const { sessions, deleted, ask } = setUp();
    ask([user('1')]).finish(answer('1'));
    const notFound = expect.objectContaining({ code: 'not_found' });
    expect([sessions.list('bob'), sessions.get('bob', 's'), sessions.delete('bob', 's')]).toEqual([[], null, false]);
    expect(() =>
      sessions.begin('bob', 's', { model: { id: MODEL }, systemPrompt: null, messages: [user('2')] }),
    ).toThrow(notFound);
    expect(() => sessions.create('bob', MODEL, 's')).toThrow(notFound);
    expect([sessions.get('alice', 's')?.id, deleted]).toEqual(['s', []]);
  });

  test('are all known to the user, who may remove any', () => {
    const { sessions, deleted, ask } = setUp();
    ask([user('1')]).finish(answer('1'), usage);
    ask([user('2')]).finish(answer('2'), usage);
    ask([user('3')]).finish(answer('3'));
    vi.advanceTimersByTime(1);
    sessions.create('bob', 'gpt-5', 'theirs');
    expect(sessions.listAll()).toMatchObject([
      { id: 'theirs', owner: 'bob', turns: 0, usage: null },
      { id: 's', owner: 'alice', turns: 3, usage: { inputTokens: 2, outputTokens: 4 } },
    ]);
    expect(sessions.list('alice').map((info) => Object.keys(info))).toEqual([
      ['id', 'model', 'createdAt', 'lastUsedAt'],
    ]);
    expect([sessions.remove('theirs'), sessions.remove('theirs'), deleted]).toEqual([true, false, ['theirs']]);
    vi.advanceTimersByTime(IDLE_MS + 1);
    expect(sessions.listAll()).toEqual([]);
  });

  test('that cannot be read are none, and the log says so once', () => {
    const { sessions, store, logger } = setUp();
    sessions.create('alice', MODEL, 's');
    const listAll = vi.spyOn(store, 'listAll').mockImplementation(() => {
      throw new Error('the disk is gone');
    });
    expect([sessions.listAll(), sessions.listAll()]).toEqual([[], []]);
    expect(logger.lines).toEqual([expect.stringMatching(/^warn .*the disk is gone/)]);
    listAll.mockRestore();
    expect(sessions.listAll()).toHaveLength(1);
  });

  test.each(['', ' ', 'a b', 'ä', 'a\n', 'x'.repeat(129)])('cannot have the id %j', (id) => {
    const { sessions } = setUp();
    const refused = expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining('128') });
    expect(() => sessions.create('alice', MODEL, id)).toThrow(refused);
    expect(() =>
      sessions.begin('alice', id, { model: { id: MODEL }, systemPrompt: null, messages: [user('1')] }),
    ).toThrow(refused);
  });

  test('are removed when they idle too long, but for a busy one', () => {
    const { sessions, store, deleted, ask } = setUp();
    sessions.create('alice', MODEL, 'idle');
    sessions.create('alice', MODEL, 'read');
    vi.advanceTimersByTime(IDLE_MS);
    const turn = ask([user('1')]);
    // Looking at a session is no use of it.
    expect(sessions.get('alice', 'read')?.id).toBe('read');
    vi.advanceTimersByTime(IDLE_MS + 60_000);
    expect(store.list('alice').map(({ id }) => id)).toEqual(['s']);
    expect(deleted.toSorted()).toEqual(['idle', 'read']);
    turn.finish(answer('1'));
    expect(sessions.get('alice', 's')?.lastUsedAt).toBe(Date.now());
    vi.setSystemTime(Date.now() + IDLE_MS + 1);
    expect([sessions.get('alice', 's'), sessions.list('alice')]).toEqual([null, []]);
    expect(ask([user('2')]).messages).toEqual([user('2')]);
  });

  test('are looked after no more once closed', () => {
    const { sessions, store } = setUp();
    sessions.create('alice', MODEL, 's');
    sessions.close();
    vi.advanceTimersByTime(2 * IDLE_MS);
    expect(store.list('alice')).toHaveLength(1);
  });
});
