import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { SessionStore } from '../core/session-store.ts';
import { addUsage, type Usage } from '../core/usage.ts';
import { prepareDatabase } from './prepare-database.ts';
import { parseStoredMessage } from './stored-message.ts';
import { transact } from './transact.ts';

/** A message has a row of its own: a turn is written once, and never again. */
const SCHEMA = `
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
`;

/** Sums stand beside what they are sums of. Turns of before are counted by their answers; of their usage nothing is known. */
const ADD_TURNS = `
  ALTER TABLE sessions ADD COLUMN turns INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN usage TEXT;
  UPDATE sessions SET turns = (
    SELECT count(*) FROM messages
    WHERE session_id = sessions.id
      AND CASE WHEN json_valid(message) THEN json_extract(message, '$.role') = 'assistant' END
  );
`;

const COLUMNS = `
  id, owner, model, system_prompt AS systemPrompt, created_at AS createdAt, last_used_at AS lastUsedAt, turns, usage`;

/** As JSON, so that sums are made in one place only. */
const usageSchema: z.ZodType<Usage | null> = z
  .string()
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      context.addIssue('It is not JSON.');
      return z.NEVER;
    }
  })
  .pipe(
    z.object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      cacheReadTokens: z.number(),
      cacheWriteTokens: z.number(),
      reasoningTokens: z.number(),
      isEstimated: z.boolean().exactOptional(),
    }),
  )
  .nullable()
  // A damaged count is no reason to lose the session.
  .catch(null);

const sessionSchema = z.object({
  id: z.string(),
  owner: z.string(),
  model: z.string(),
  systemPrompt: z.string().nullable(),
  createdAt: z.number(),
  lastUsedAt: z.number(),
  turns: z.number(),
  usage: usageSchema,
});

const sumSchema = z.object({ usage: usageSchema });

/**
 * Keeps sessions in a database that is open already; `close` closes it.
 *
 * @throws Error as {@link prepareDatabase} does
 */
export const createSqliteSessionStore = (database: DatabaseSync): SessionStore => {
  prepareDatabase(database, [SCHEMA, ADD_TURNS]);

  const find = database.prepare(`SELECT ${COLUMNS} FROM sessions WHERE id = ?`);
  const list = database.prepare(`SELECT ${COLUMNS} FROM sessions WHERE owner = ? ORDER BY last_used_at DESC, id`);
  const listAll = database.prepare(`SELECT ${COLUMNS} FROM sessions ORDER BY last_used_at DESC, id`);
  const listIdle = database.prepare(`SELECT ${COLUMNS} FROM sessions WHERE last_used_at < ?`);
  const add = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const readMessages = database.prepare('SELECT message FROM messages WHERE session_id = ? ORDER BY position');
  const touch = database.prepare('UPDATE sessions SET last_used_at = ? WHERE id = ?');
  const readUsage = database.prepare('SELECT usage FROM sessions WHERE id = ?');
  const update = database.prepare(
    'UPDATE sessions SET model = ?, system_prompt = ?, last_used_at = ?, turns = turns + 1, usage = ? WHERE id = ?',
  );
  // Node.js 22.14 takes no numbered parameters.
  const addMessage = database.prepare(
    'INSERT INTO messages SELECT ?, coalesce(max(position) + 1, 0), ? FROM messages WHERE session_id = ?',
  );
  const remove = database.prepare('DELETE FROM sessions WHERE id = ?');

  return {
    find(id) {
      const row = find.get(id);
      return row === undefined ? null : sessionSchema.parse(row);
    },
    list: (owner) => list.all(owner).map((row) => sessionSchema.parse(row)),
    listAll: () => listAll.all().map((row) => sessionSchema.parse(row)),
    listIdle: (lastUsedBefore) => listIdle.all(lastUsedBefore).map((row) => sessionSchema.parse(row)),
    add: ({ id, owner, model, systemPrompt, createdAt, lastUsedAt, turns, usage }) =>
      add.run(id, owner, model, systemPrompt, createdAt, lastUsedAt, turns, toJson(usage)).changes > 0,
    readMessages: (id) => readMessages.all(id).map(({ message }) => parseStoredMessage(message)),
    touch(id, lastUsedAt) {
      touch.run(lastUsedAt, id);
    },
    append: (id, { messages, model, systemPrompt, lastUsedAt, usage }) =>
      transact(database, () => {
        const row = readUsage.get(id);
        if (row === undefined) return false;
        const sum = addUsage(sumSchema.parse(row).usage, usage);
        update.run(model, systemPrompt, lastUsedAt, toJson(sum), id);
        for (const message of messages) addMessage.run(id, JSON.stringify(message), id);
        return true;
      }),
    remove(id) {
      if (remove.run(id).changes === 0) return false;
      // The log still holds what was written to it; emptied, it holds nothing.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return true;
    },
    close() {
      database.close();
    },
  };
};

const toJson = (usage: Usage | null): string | null => (usage === null ? null : JSON.stringify(usage));
