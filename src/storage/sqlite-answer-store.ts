import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { AnswerStore, StoredAnswer } from '../core/answer-store.ts';
import type { JsonObject } from '../core/json-object.ts';
import { ANSWER_SCHEMA } from './answer-schema.ts';
import { prepareDatabase } from './prepare-database.ts';
import { createSqliteConversationStore } from './sqlite-conversation-store.ts';
import { createSqliteThreads } from './sqlite-threads.ts';
import { findById, metadataTextSchema, objectsTextSchema, objectTextSchema, readIds } from './stored-json.ts';
import { transact } from './transact.ts';

const COLUMNS = `
  id, kind, owner, thread_id AS threadId, previous_id AS previousId, model, metadata, created_at AS createdAt, body, input,
  process_id AS processId`;

const answerSchema: z.ZodType<StoredAnswer> = z.object({
  id: z.string(),
  kind: z.enum(['response', 'chat.completion']),
  owner: z.string(),
  threadId: z.string(),
  previousId: z.string().nullable(),
  model: z.string(),
  metadata: metadataTextSchema,
  createdAt: z.number(),
  body: objectTextSchema,
  input: objectsTextSchema,
  processId: z.number().nullable(),
});
const eventsSchema = z.object({ events: objectsTextSchema.nullable() });
const threadSchema = z.object({ threadId: z.string(), owner: z.string() });
const placeSchema = z.object({ createdAt: z.number(), position: z.number() });

/** Metadata matches where it has all the pairs that are asked for. */
const MATCHES = `
  owner = ? AND kind = ? AND (? IS NULL OR model = ?) AND NOT EXISTS (
    SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS (
      SELECT 1 FROM json_each(answers.metadata) AS has WHERE has.key = wanted.key AND has.value = wanted.value))`;

/**
 * Keeps answers and conversations in a database that is open already; `close` closes it.
 *
 * @param now in milliseconds since 1970
 * @throws Error as {@link prepareDatabase} does
 */
export const createSqliteAnswerStore = (database: DatabaseSync, now: () => number = Date.now): AnswerStore => {
  prepareDatabase(database, [ANSWER_SCHEMA]);
  const threads = createSqliteThreads(database, now);
  const conversations = createSqliteConversationStore(database, threads);

  const add = database.prepare(`
    INSERT INTO answers (id, owner, kind, thread_id, previous_id, model, created_at, process_id, metadata, input, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  // Messages of a chat are no items.
  const addItem = database.prepare(`
    INSERT INTO answer_items (answer_id, item_id) SELECT id, ? FROM answers WHERE id = ? AND kind = 'response'
    ON CONFLICT DO NOTHING`);
  const findAnswer = database.prepare(`SELECT ${COLUMNS} FROM answers WHERE id = ? AND owner = ?`);
  const findThread = database.prepare('SELECT thread_id AS threadId, owner FROM answers WHERE id = ?');
  const settle = database.prepare('UPDATE answers SET body = ?, events = ?, process_id = NULL WHERE id = ?');
  const readEvents = database.prepare('SELECT events FROM answers WHERE id = ? AND owner = ?');
  const findItem = database.prepare(`
    SELECT ${COLUMNS} FROM answer_items JOIN answers ON answers.id = answer_id
    WHERE item_id = ? AND owner = ? ORDER BY position LIMIT 1`);
  const findPlace = database.prepare(
    'SELECT created_at AS createdAt, position FROM answers WHERE id = ? AND owner = ? AND kind = ?',
  );
  const listUp = database.prepare(
    `SELECT ${COLUMNS} FROM answers WHERE ${MATCHES} AND (created_at, position) > (?, ?) ORDER BY created_at, position LIMIT ?`,
  );
  const listDown = database.prepare(
    `SELECT ${COLUMNS} FROM answers WHERE ${MATCHES} AND (created_at, position) < (?, ?) ORDER BY created_at DESC, position DESC LIMIT ?`,
  );
  const setMetadata = database.prepare('UPDATE answers SET metadata = ?, body = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM answers WHERE id = ?');
  const removeEmptyThread = database.prepare(
    'DELETE FROM threads WHERE id = ? AND NOT EXISTS (SELECT 1 FROM answers WHERE thread_id = threads.id)',
  );
  const listUnderWay = database.prepare(
    `SELECT ${COLUMNS} FROM answers WHERE process_id IS NOT NULL ORDER BY created_at, position`,
  );

  const find = (owner: string, id: string): StoredAnswer | null => {
    const row = findAnswer.get(id, owner);
    return row === undefined ? null : answerSchema.parse(row);
  };
  const indexItems = (id: string, items: unknown): void => {
    for (const itemId of readIds(items)) addItem.run(itemId, id);
  };

  return {
    conversations,
    add({ id, owner, kind, threadId, previousId, model, metadata, createdAt, body, input, processId }) {
      transact(database, () => {
        threads.use(threadId, owner);
        add.run(
          id,
          owner,
          kind,
          threadId,
          previousId,
          model,
          createdAt,
          processId,
          JSON.stringify(metadata),
          JSON.stringify(input),
          JSON.stringify(body),
        );
        indexItems(id, input);
        indexItems(id, body['output']);
      });
    },
    settle: (id, { body, events }) =>
      transact(database, () => {
        const row = findThread.get(id);
        if (row === undefined) return false;
        const { threadId, owner } = threadSchema.parse(row);
        settle.run(JSON.stringify(body), events === null ? null : JSON.stringify(events), id);
        indexItems(id, body['output']);
        threads.use(threadId, owner);
        return true;
      }),
    find,
    readEvents(owner, id) {
      const row = readEvents.get(id, owner);
      return row === undefined ? null : eventsSchema.parse(row).events;
    },
    readChain(owner, id) {
      const chain: StoredAnswer[] = [];
      for (let next: string | null = id; next !== null;) {
        const answer = find(owner, next);
        if (answer === null) return null;
        chain.push(answer);
        next = answer.previousId;
      }
      return chain.toReversed();
    },
    findItem(owner, itemId) {
      const row = findItem.get(itemId, owner);
      if (row === undefined) return conversations.findAnyItem(owner, itemId);
      const { input, body } = answerSchema.parse(row);
      return findById(input, itemId) ?? findById(body['output'], itemId);
    },
    list(owner, kind, { after, limit, order, model, metadata }) {
      const last = after === null ? null : findPlace.get(after, owner, kind);
      if (last === undefined) return null;
      const isUp = order === 'asc';
      const end = isUp ? -1 : Number.MAX_SAFE_INTEGER;
      const { createdAt, position } = last === null ? { createdAt: end, position: end } : placeSchema.parse(last);
      const wanted = JSON.stringify(metadata);
      const statement = isUp ? listUp : listDown;
      const rows = statement.all(owner, kind, model, model, wanted, createdAt, position, limit + 1);
      return { items: rows.slice(0, limit).map((row) => answerSchema.parse(row)), hasMore: rows.length > limit };
    },
    setMetadata: (owner, id, metadata) =>
      transact(database, () => {
        const answer = find(owner, id);
        if (answer === null) return null;
        const body: JsonObject = { ...answer.body, metadata };
        setMetadata.run(JSON.stringify(metadata), JSON.stringify(body), id);
        return { ...answer, metadata, body };
      }),
    remove(owner, id) {
      const isRemoved = transact(database, () => {
        const answer = find(owner, id);
        if (answer === null) return false;
        remove.run(id);
        removeEmptyThread.run(answer.threadId);
        return true;
      });
      if (isRemoved) threads.forgetRemoved();
      return isRemoved;
    },
    listUnderWay: () => listUnderWay.all().map((row) => answerSchema.parse(row)),
    removeOwner: (owner) => threads.removeOwner(owner),
    removeUnused: (usedBefore) => threads.removeUnused(usedBefore),
    trim: (maxBytes) => threads.trim(maxBytes),
    close() {
      database.close();
    },
  };
};
