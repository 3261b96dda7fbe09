import { expect, test } from 'vitest';
import type { StoredAnswer } from '../../../src/core/answer-store.ts';
import { createAnswerKeeper } from '../../../src/server/stored-answers/keep-answers.ts';
import { createMemoryAnswerStore } from '../../../src/storage/memory-answer-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';

const MAX_BYTES = 40_000;
const tooLarge = 'x'.repeat(MAX_BYTES / 4);
const answer = (id: string, changes: Partial<StoredAnswer> = {}): StoredAnswer => ({
  id,
  kind: 'response',
  owner: 'alice',
  threadId: id,
  previousId: null,
  model: 'm',
  metadata: {},
  createdAt: 1,
  body: { id, status: 'queued', output: [] },
  input: [],
  processId: 1,
  ...changes,
});
const create = () => {
  const store = createMemoryAnswerStore();
  const logger = createMemoryLogger();
  const keeper = createAnswerKeeper({ store, limits: { maxIdleMs: 60_000, maxBytes: MAX_BYTES }, logger });
  return { store, logger, keeper };
};

test('an answer that would push out too many others is not stored, which its user is told', () => {
  const { store, logger, keeper } = create();
  expect(keeper.keep(answer('other', { owner: 'bob' }))).toBe(true);
  expect(keeper.keep(answer('a', { body: { text: tooLarge.repeat(10) } }))).toBe(false);
  expect(keeper.keep(answer('b', { body: { text: tooLarge } }))).toBe(false);
  expect([store.listOwners(), store.find('bob', 'other')?.id]).toEqual([['bob'], 'other']);
  expect(logger.lines).toEqual([
    expect.stringMatching(/^warn .*it has 0\.1 MB.*portside\.storedAnswerMegabytes/),
    expect.stringMatching(/^warn .*portside\.storedAnswerMegabytes/),
  ]);
});

test('a conversation does not grow by what is too large', () => {
  const { store, logger, keeper } = create();
  store.conversations.add({ id: 'conv_1', owner: 'alice', metadata: {}, createdAt: 1 }, []);
  keeper.appendToConversation('alice', 'conv_1', [{ id: 'i1', text: tooLarge }]);
  keeper.appendToConversation('alice', 'conv_1', [{ id: 'i2' }]);
  expect(store.conversations.readItems('alice', 'conv_1')).toEqual([{ id: 'i2' }]);
  expect(logger.lines).toEqual([expect.stringMatching(/^warn .*portside\.storedAnswerMegabytes/)]);
});

const done = (text: string) => ({ id: 'a', status: 'completed', output: [{ id: 'm', text }] });
test.each<[name: string, body: object, events: object[], stored: object, hasEvents: boolean]>([
  ['with its events', done('x'), [{ n: 0 }], done('x'), true],
  ['without events that are too large', done('x'), [{ tooLarge }], done('x'), false],
  [
    'as failed',
    done(tooLarge),
    [{ n: 0 }],
    { status: 'failed', output: [], error: { code: 'server_error', message: expect.stringContaining('too large') } },
    false,
  ],
])('an answer in the background is settled %s', (_name, body, events, stored, hasEvents) => {
  const { store, logger, keeper } = create();
  keeper.keep(answer('other', { owner: 'bob' }));
  keeper.keep(answer('a'));
  keeper.settle('a', { body: { ...body }, events: events.map((event) => ({ ...event })) });
  expect(store.find('alice', 'a')).toMatchObject({ processId: null, body: stored });
  expect(store.readEvents('alice', 'a') !== null).toBe(hasEvents);
  expect(store.find('bob', 'other')).not.toBeNull();
  expect(logger.lines.length > 0).toBe(!hasEvents);
  for (const line of logger.lines) expect(line).toMatch(/^warn .*portside\.storedAnswerMegabytes/);
});

test('a store that fails fails nobody', () => {
  const { store, logger, keeper } = create();
  const fail = (): never => {
    throw new Error('The disk is full.');
  };
  Object.assign(store, { add: fail, settle: fail, noteUse: fail });
  expect(keeper.keep(answer('a'))).toBe(false);
  keeper.settle('a', { body: {}, events: null });
  keeper.noteUse('alice', { threadIds: ['a'], itemIds: [] });
  keeper.noteUse('alice', { threadIds: [], itemIds: [] });
  expect(logger.lines).toHaveLength(3);
  for (const line of logger.lines) expect(line).toMatch(/^error .*The disk is full/);
});
