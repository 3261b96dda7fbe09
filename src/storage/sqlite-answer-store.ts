import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { AnswerStore, ChainLink, StoredAnswer, StoredAnswerBody } from '../core/answer-store.ts';
import { AnswerTooLargeError } from '../core/answer-too-large-error.ts';
import type { JsonObject } from '../core/json-object.ts';
import { ANSWER_SCHEMA } from './answer-schema.ts';
import { prepareDatabase } from './prepare-database.ts';
import { createSqliteConversationStore } from './sqlite-conversation-store.ts';
import { createSqliteThreads } from './sqlite-threads.ts';
import { metadataTextSchema, objectsTextSchema, objectTextSchema, toItemsById } from './stored-json.ts';
import { transact } from './transact.ts';

const BODY_COLUMNS = `
  id, kind, owner, thread_id AS threadId, previous_id AS previousId, model, metadata, created_at AS createdAt, body,
  process_id AS processId`;
const COLUMNS = `${BODY_COLUMNS}, input`;

const bodyFields = {
  id: z.string(),
  kind: z.enum(['response', 'chat.completion']),
  owner: z.string(),
  threadId: z.string(),
  previousId: z.string().nullable(),
  model: z.string(),
  metadata: metadataTextSchema,
  createdAt: z.number(),
  body: objectTextSchema,
  processId: z.number().nullable(),
};
const bodySchema: z.ZodType<StoredAnswerBody> = z.object(bodyFields);
const answerSchema: z.ZodType<StoredAnswer> = z.object({ ...bodyFields, input: objectsTextSchema });
const itemsSchema = z.object({ body: objectTextSchema, input: objectsTextSchema });
const eventsSchema = z.object({ events: objectsTextSchema.nullable() });
const linkSchema = z.object({
  id: bodyFields.id,
  kind: bodyFields.kind,
  threadId: bodyFields.threadId,
  previousId: bodyFields.previousId,
  status: z.string().nullable(),
  conversationId: z.string().nullable(),
  input: objectsTextSchema,
  output: objectsTextSchema.nullable(),
});
const rowSchema = z.object({
  position: z.number(),
  owner: z.string(),
  threadId: z.string(),
  previousId: z.string().nullable(),
  inputBytes: z.number(),
});
const itemPlaceSchema = z.object({ position: z.number(), threadId: z.string() });
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
    INSERT INTO answer_items (item_id, position) SELECT ?, position FROM answers WHERE position = ? AND kind = 'response'
    ON CONFLICT DO NOTHING`);
  const findAnswer = database.prepare(`SELECT ${COLUMNS} FROM answers WHERE id = ? AND owner = ?`);
  const findBody = database.prepare(`SELECT ${BODY_COLUMNS} FROM answers WHERE id = ? AND owner = ?`);
  // What a body repeats of its request may be a hundred times as long as what it says: SQLite skips it sooner than it could be parsed here.
  const findLink = database.prepare(`
    SELECT id, kind, thread_id AS threadId, previous_id AS previousId, input,
      CASE json_type(body, '$.status') WHEN 'text' THEN body ->> '$.status' END AS status,
      CASE json_type(body, '$.conversation.id') WHEN 'text' THEN body ->> '$.conversation.id' END AS conversationId,
      CASE json_type(body, '$.output') WHEN 'array' THEN body -> '$.output' END AS output
    FROM answers WHERE id = ? AND owner = ?`);
  const findRow = database.prepare(`
    SELECT position, owner, thread_id AS threadId, previous_id AS previousId,
      octet_length(metadata) + octet_length(input) AS inputBytes
    FROM answers WHERE id = ?`);
  const settle = database.prepare('UPDATE answers SET body = ?, events = ?, process_id = NULL WHERE id = ?');
  const readEvents = database.prepare('SELECT events FROM answers WHERE id = ? AND owner = ?');
  const findItemPlace = database.prepare(`
    SELECT position, thread_id AS threadId FROM answer_items CROSS JOIN answers USING (position)
    WHERE item_id = ? AND owner = ? ORDER BY position DESC LIMIT 1`);
  const readItems = database.prepare('SELECT body, input FROM answers WHERE position = ?');
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
  const findAnyRow = (id: string) => {
    const row = findRow.get(id);
    return row === undefined ? null : rowSchema.parse(row);
  };
  const findPlaceOf = (owner: string, itemId: string) => {
    const row = findItemPlace.get(itemId, owner);
    return row === undefined ? null : itemPlaceSchema.parse(row);
  };
  const indexItems = (position: number | bigint, ...lists: readonly unknown[]): void => {
    for (const itemId of toItemsById(...lists).keys()) addItem.run(itemId, position);
  };

  return {
    conversations,
    add({ id, owner, kind, threadId, previousId, model, metadata, createdAt, body, input, processId }, maxBytes) {
      const texts = [JSON.stringify(metadata), JSON.stringify(input), JSON.stringify(body)] as const;
      AnswerTooLargeError.check(toBytes(texts), maxBytes ?? Infinity);
      transact(database, () => {
        threads.use(threadId, owner);
        const { lastInsertRowid: position } = add.run(
          id,
          owner,
          kind,
          threadId,
          previousId,
          model,
          createdAt,
          processId,
          ...texts,
        );
        indexItems(position, input, body['output']);
      });
    },
    settle(id, { body, events }, maxBytes = Infinity) {
      const texts = [JSON.stringify(body), events === null ? null : JSON.stringify(events)] as const;
      return transact(database, () => {
        const row = findAnyRow(id);
        if (row === null) return false;
        const { position, threadId, owner, inputBytes } = row;
        AnswerTooLargeError.check(inputBytes + toBytes(texts), maxBytes);
        settle.run(...texts, id);
        indexItems(position, body['output']);
        threads.use(threadId, owner);
        return true;
      });
    },
    find,
    findBody(owner, id) {
      const row = findBody.get(id, owner);
      return row === undefined ? null : bodySchema.parse(row);
    },
    readEvents(owner, id) {
      const row = readEvents.get(id, owner);
      return row === undefined ? null : eventsSchema.parse(row).events;
    },
    readChain(owner, id) {
      const chain: ChainLink[] = [];
      for (let next: string | null = id; next !== null;) {
        const row = findLink.get(next, owner);
        if (row === undefined) return null;
        const { previousId, output, ...link } = linkSchema.parse(row);
        chain.push({ ...link, output: output ?? [] });
        next = previousId;
      }
      return chain.toReversed();
    },
    findThread(owner, id) {
      const first = findAnyRow(id);
      for (let row = first; row?.owner === owner; row = findAnyRow(row.previousId)) {
        if (row.previousId === null) return first?.threadId ?? null;
      }
      return null;
    },
    findItems(owner, itemIds) {
      const found = new Map<string, JsonObject>();
      const wanted = new Map<number, string[]>();
      for (const itemId of new Set(itemIds)) {
        const place = findPlaceOf(owner, itemId);
        if (place === null) {
          const item = conversations.findAnyItem(owner, itemId)?.item;
          if (item !== undefined) found.set(itemId, item);
        } else {
          const ids = wanted.get(place.position);
          if (ids === undefined) wanted.set(place.position, [itemId]);
          else ids.push(itemId);
        }
      }
      for (const [position, ids] of wanted) {
        const row = readItems.get(position);
        if (row === undefined) continue;
        const { body, input } = itemsSchema.parse(row);
        const items = toItemsById(input, body['output']);
        for (const id of ids) {
          const item = items.get(id);
          if (item !== undefined) found.set(id, item);
        }
      }
      return found;
    },
    noteUse(owner, { threadIds, itemIds }) {
      const used = new Set(threadIds);
      for (const itemId of itemIds) {
        const threadId =
          findPlaceOf(owner, itemId)?.threadId ?? conversations.findAnyItem(owner, itemId)?.conversationId;
        if (threadId !== undefined) used.add(threadId);
      }
      if (used.size > 0) {
        transact(database, () => {
          for (const threadId of used) threads.noteUse(threadId, owner);
        });
      }
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
        const row = findAnyRow(id);
        if (row?.owner !== owner) return false;
        remove.run(id);
        removeEmptyThread.run(row.threadId);
        return true;
      });
      if (isRemoved) threads.forgetRemoved();
      return isRemoved;
    },
    listUnderWay: () => listUnderWay.all().map((row) => answerSchema.parse(row)),
    listOwners: () => threads.listOwners(),
    removeOwner: (owner) => threads.removeOwner(owner),
    removeUnused: (usedBefore) => threads.removeUnused(usedBefore),
    trim: (maxBytes, targetBytes = maxBytes) => threads.trim(maxBytes, targetBytes),
    close() {
      database.close();
    },
  };
};

const toBytes = (texts: readonly (string | null)[]): number =>
  texts.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)), 0);
