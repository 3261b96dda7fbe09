import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AnswerStore, StoredAnswer } from '../../../src/core/answer-store.ts';
import { openAnswerStore } from '../../../src/storage/open-answer-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const SECRET = 'the launch code is 0000';

const message = (id: string, text: string) => ({ id, type: 'message', content: [{ type: 'input_text', text }] });
const answer = (id: string, text = SECRET, changes: Partial<StoredAnswer> = {}): StoredAnswer => ({
  id,
  kind: 'response',
  owner: 'alice',
  threadId: id,
  previousId: null,
  model: 'm',
  metadata: { text },
  createdAt: 1,
  body: { id, output: [message(`out_${id}`, text)] },
  input: [message(`in_${id}`, text)],
  processId: null,
  ...changes,
});
const addConversation = (store: AnswerStore, id: string, text = SECRET): void =>
  store.conversations.add({ id, owner: 'alice', metadata: { text }, createdAt: 1 }, [
    message(`${id}_1`, text),
    message(`${id}_2`, text),
  ]);
const open = (file: string) => {
  const logger = createMemoryLogger();
  const store = openAnswerStore(file, logger);
  return { store, logger, [Symbol.dispose]: () => store.close() };
};
const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(text));

test('all of it outlives the process, in files for their owner alone', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('state', 'responses.db');
  const events = [{ type: 'response.completed' }];
  {
    using opened = open(file);
    opened.store.add(answer('a', SECRET, { processId: 1 }));
    opened.store.settle('a', { body: { output: [message('late', 'x')] }, events });
    opened.store.add(answer('b', 'x', { threadId: 'a', previousId: 'a', processId: 1 }));
    addConversation(opened.store, 'conv_1');
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    const names = readdirSync(path.dirname(file));
    expect(names).toContain('responses.db-wal');
    for (const name of names) expect(statSync(path.join(path.dirname(file), name)).mode & 0o777).toBe(0o600);
  }
  using opened = open(file);
  const { store, logger } = opened;
  expect(store.readChain('alice', 'b')?.map(({ id }) => store.find('alice', id))).toEqual([
    answer('a', SECRET, { body: { output: [message('late', 'x')] } }),
    answer('b', 'x', { threadId: 'a', previousId: 'a', processId: 1 }),
  ]);
  expect([store.readEvents('alice', 'a'), store.listUnderWay().map(({ id }) => id)]).toEqual([events, ['b']]);
  expect(store.findItems('alice', ['late']).get('late')).toEqual(message('late', 'x'));
  expect(store.conversations.readItems('alice', 'conv_1')).toHaveLength(2);
  store.settle('b', { body: {}, events: null });
  store.trim(0);
  expect([store.find('alice', 'a'), store.conversations.find('alice', 'conv_1')]).toEqual([null, null]);
  expect(logger.lines).toEqual([]);
});

test('a file that others could read is closed to them', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('responses.db');
  writeFileSync(file, '', { mode: 0o644 });
  using opened = open(file);
  opened.store.add(answer('a'));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each<[name: string, remove: (store: AnswerStore) => unknown]>([
  ['answer', (store) => store.remove('alice', 'a')],
  ['answer with its events', (store) => store.remove('alice', 'events')],
  ['conversation', (store) => store.conversations.remove('alice', 'conv_1')],
  ['item', (store) => store.conversations.removeItem('alice', 'conv_2', 'secret')],
  ['thread that is too old', (store) => store.removeUnused(Date.now() + 60_000)],
  ['thread that is too much', (store) => store.trim(0)],
  ['owner', (store) => store.removeOwner('alice')],
])('a removed %s is in no file any more', (name, remove) => {
  using folder = createTemporaryFolder();
  using opened = open(folder.join('responses.db'));
  const { store } = opened;
  const long = `${SECRET} ${'x'.repeat(20_000)}`;
  store.add(answer('other', 'harmless', { owner: 'bob' }));
  if (name === 'answer with its events') {
    store.add(answer('events', 'harmless'));
    store.settle('events', { body: {}, events: [{ delta: long }] });
  } else if (name === 'conversation') {
    addConversation(store, 'conv_1', long);
  } else if (name === 'item') {
    addConversation(store, 'conv_2', 'harmless');
    store.conversations.append('alice', 'conv_2', [message('secret', long)]);
  } else {
    store.add(answer('a', long));
  }
  expect(filesWith(folder.path, SECRET)).not.toEqual([]);
  remove(store);
  expect(filesWith(folder.path, SECRET)).toEqual([]);
});

test('what is removed leaves no row behind', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('responses.db');
  using opened = open(file);
  const { store } = opened;
  store.add(answer('a'));
  store.add(answer('b', 'x', { threadId: 'a', previousId: 'a' }));
  addConversation(store, 'conv_1');
  store.conversations.removeItem('alice', 'conv_1', 'conv_1_1');
  for (const id of ['a', 'b']) store.remove('alice', id);
  store.conversations.remove('alice', 'conv_1');
  using database = new DatabaseSync(file, { readOnly: true });
  const count = (table: string) => database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'];
  const tables = ['threads', 'answers', 'answer_items', 'conversations', 'conversation_items'];
  expect(tables.map((table) => count(table))).toEqual([0, 0, 0, 0, 0]);
  expect(database.prepare('SELECT bytes FROM total').get()).toEqual({ bytes: 0 });
});

test('two windows use the same answers', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('responses.db');
  using first = open(file);
  using second = open(file);
  first.store.add(answer('a'));
  second.store.add(answer('b', 'x', { threadId: 'a', previousId: 'a' }));
  addConversation(first.store, 'conv_1');
  second.store.conversations.append('alice', 'conv_1', [message('third', 'x')]);
  expect(first.store.readChain('alice', 'b')).toEqual(second.store.readChain('alice', 'b'));
  expect(first.store.readChain('alice', 'b')).toHaveLength(2);
  expect(first.store.conversations.readItems('alice', 'conv_1')).toHaveLength(3);
  expect([second.store.remove('alice', 'a'), first.store.settle('a', { body: {}, events: null })]).toEqual([
    true,
    false,
  ]);
});

test('answers and conversations can be read while another window writes', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('responses.db');
  using opened = open(file);
  const { store } = opened;
  store.add(answer('a'));
  addConversation(store, 'conv_1');
  using writer = new DatabaseSync(file);
  writer.exec('BEGIN IMMEDIATE');
  expect(store.conversations.readItems('alice', 'conv_1')).toHaveLength(2);
  expect(store.findItems('alice', ['in_a', 'conv_1_1']).size).toBe(2);
  expect([store.findThread('alice', 'a'), store.listOwners()]).toEqual(['a', ['alice']]);
  expect([store.readChain('alice', 'a')?.length, store.findBody('alice', 'a')?.id]).toEqual([1, 'a']);
  writer.exec('ROLLBACK');
});

describe('a file that cannot be used', () => {
  test.each<[name: string, spoil: (file: string) => void, isReplaced: boolean]>([
    ['no database', (file) => writeFileSync(file, 'This is no database at all. '.repeat(100)), true],
    [
      'a damaged database',
      (file) => {
        {
          using opened = open(file);
          for (let index = 0; index < 20; index += 1) opened.store.add(answer(`a${index}`, 'x'.repeat(5000)));
        }
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 4096 * 3, 4096 * 10);
        writeFileSync(file, bytes);
      },
      true,
    ],
    [
      'a database of a later version',
      (file) => {
        const database = new DatabaseSync(file);
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
      false,
    ],
    ['a folder', (file) => mkdirSync(file), false],
  ])('%s', (_name, spoil, isReplaced) => {
    using folder = createTemporaryFolder();
    const file = folder.join('responses.db');
    spoil(file);
    for (const round of [1, 2]) {
      using opened = open(file);
      if (isReplaced && round === 2) {
        expect([opened.store.find('alice', 'a')?.id, opened.logger.lines]).toEqual(['a', []]);
        break;
      }
      expect(opened.store.find('alice', 'a')).toBeNull();
      opened.store.add(answer('a'));
      expect(opened.store.find('alice', 'a')).toEqual(answer('a'));
      expect(opened.logger.lines).toEqual([expect.stringMatching(/^warn .*lost/)]);
      expect(readdirSync(folder.path).includes('responses.db.damaged')).toBe(isReplaced);
    }
  });
});

test('a Node.js without SQLite keeps them in memory', () => {
  using folder = createTemporaryFolder();
  const builtin = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  onTestFinished(() => builtin.mockRestore());
  using opened = open(folder.join('responses.db'));
  opened.store.add(answer('a'));
  expect(opened.store.find('alice', 'a')).toEqual(answer('a'));
  expect(opened.logger.lines).toEqual([expect.stringMatching(/^warn .*in memory only.*node:sqlite/)]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('nothing looks through all of the answers, items or threads', () => {
  using folder = createTemporaryFolder();
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  const file = folder.join('responses.db');
  open(file)[Symbol.dispose]();
  const statements = prepare.mock.calls.map(([sql]) => sql).filter((sql) => !/^\s*PRAGMA/.test(sql));
  prepare.mockRestore();
  expect(statements.length).toBeGreaterThan(20);
  using database = new DatabaseSync(file);
  const steps = statements.flatMap((sql) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  );
  const scans = steps.filter((step) => /^SCAN|TEMP B-TREE/.test(step) && !step.includes('VIRTUAL TABLE'));
  expect(scans.toSorted()).toEqual([
    'SCAN threads USING INDEX threads_by_age',
    // One row.
    'SCAN total',
    // The answers that have one item, and those under way.
    'USE TEMP B-TREE FOR ORDER BY',
    'USE TEMP B-TREE FOR ORDER BY',
  ]);
});
