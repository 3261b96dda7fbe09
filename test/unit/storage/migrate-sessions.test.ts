import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Message } from '../../../src/core/run-request.ts';
import type { StoredSession } from '../../../src/core/session-store.ts';
import { openSessionStore } from '../../../src/storage/open-session-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

/** As the first version made it. */
const FIRST_VERSION = `
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    model TEXT NOT NULL,
    system_prompt TEXT,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_owner ON sessions (owner, last_used_at);
  CREATE INDEX sessions_by_age ON sessions (last_used_at);
  CREATE TABLE messages (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (session_id, position)
  ) STRICT;
  PRAGMA user_version = 1;
`;

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const answer = (text: string): Message => ({ role: 'assistant', content: [{ type: 'text', text }], toolCalls: [] });
const MESSAGES = [user('1'), answer('One.'), user('2'), answer('Two.')];

const createFirstVersion = (file: string): void => {
  const database = new DatabaseSync(file);
  database.exec(FIRST_VERSION);
  const add = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)');
  const addMessage = database.prepare('INSERT INTO messages VALUES (?, ?, ?)');
  add.run('talk', 'alice', 'composer-2.5', 'Be brief.', 1000, 3000);
  add.run('empty', 'bob', 'gpt-5.1', null, 2000, 2000);
  add.run('odd', 'bob', 'gpt-5.1', null, 500, 500);
  for (const [index, message] of MESSAGES.entries()) addMessage.run('talk', index, JSON.stringify(message));
  addMessage.run('odd', 0, 'no JSON');
  database.close();
};

const unused = (id: string, time: number): StoredSession => ({
  id,
  owner: 'bob',
  model: 'gpt-5.1',
  systemPrompt: null,
  createdAt: time,
  lastUsedAt: time,
  turns: 0,
  usage: null,
});
const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, reasoningTokens: 5 };

test('a file of the first version keeps all that it has, and takes what is new', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('sessions.db');
  createFirstVersion(file);
  // The second time, it is up to date.
  for (const round of [0, 1]) {
    const logger = createMemoryLogger();
    const store = openSessionStore(file, logger);
    const talk = { id: 'talk', owner: 'alice', systemPrompt: 'Be brief.', createdAt: 1000, lastUsedAt: 3000 };
    if (round === 0) {
      expect(store.listAll()).toEqual([
        { ...talk, model: 'composer-2.5', turns: 2, usage: null },
        unused('empty', 2000),
        unused('odd', 500),
      ]);
      expect(store.readMessages('talk')).toEqual(MESSAGES);
      expect(
        store.append('talk', { messages: [], model: 'm', systemPrompt: 'Be brief.', lastUsedAt: 3000, usage }),
      ).toBe(true);
    }
    expect(store.find('talk')).toEqual({ ...talk, model: 'm', turns: 3, usage });
    expect(store.readMessages('talk')).toEqual(MESSAGES);
    expect(logger.lines).toEqual([]);
    store.close();
  }
});

test('a step that fails leaves the file as it was', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('sessions.db');
  createFirstVersion(file);
  const before = new DatabaseSync(file);
  // In the way of the second of the columns that are added.
  before.exec('ALTER TABLE sessions ADD COLUMN usage TEXT');
  before.close();
  const logger = createMemoryLogger();
  openSessionStore(file, logger).close();
  expect(logger.lines).toEqual([expect.stringMatching(/^warn .*in memory only/)]);
  const after = new DatabaseSync(file);
  const columns = after.prepare("SELECT name FROM pragma_table_info('sessions')").all();
  expect(columns.map(({ name }) => name)).not.toContain('turns');
  expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  after.close();
});
