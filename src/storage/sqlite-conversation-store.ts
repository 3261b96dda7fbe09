import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { ConversationStore, StoredConversation } from '../core/answer-store.ts';
import { AnswerTooLargeError } from '../core/answer-too-large-error.ts';
import type { JsonObject } from '../core/json-object.ts';
import type { SqliteThreads } from './sqlite-threads.ts';
import { metadataTextSchema, objectTextSchema, readId } from './stored-json.ts';
import { transact } from './transact.ts';

const conversationSchema: z.ZodType<StoredConversation> = z.object({
  id: z.string(),
  owner: z.string(),
  createdAt: z.number(),
  metadata: metadataTextSchema,
});
const itemSchema = z.object({ item: objectTextSchema }).transform(({ item }) => item);
const positionSchema = z.object({ position: z.number() });
const placedItemSchema = z.object({ conversationId: z.string(), item: objectTextSchema });

/** Keeps conversations in the tables of `ANSWER_SCHEMA`. Of several items with one id, the oldest is found. */
export const createSqliteConversationStore = (
  database: DatabaseSync,
  threads: SqliteThreads,
): ConversationStore & {
  /** The newest item of an id in any conversation of an owner. */
  findAnyItem(owner: string, itemId: string): { readonly conversationId: string; readonly item: JsonObject } | null;
} => {
  const add = database.prepare('INSERT INTO conversations (id, created_at, metadata) VALUES (?, ?, ?)');
  const addItem = database.prepare('INSERT INTO conversation_items (conversation_id, item_id, item) VALUES (?, ?, ?)');
  const find = database.prepare(`
    SELECT conversations.id, owner, created_at AS createdAt, metadata
    FROM conversations JOIN threads USING (id) WHERE conversations.id = ? AND owner = ?`);
  const setMetadata = database.prepare('UPDATE conversations SET metadata = ? WHERE id = ?');
  const readItems = database.prepare(`
    SELECT item FROM threads CROSS JOIN conversation_items ON conversation_id = threads.id
    WHERE threads.id = ? AND owner = ? ORDER BY position`);
  const findPosition = database.prepare(
    'SELECT position FROM conversation_items WHERE item_id = ? AND conversation_id = ? ORDER BY position LIMIT 1',
  );
  const listUp = database.prepare(
    'SELECT item FROM conversation_items WHERE conversation_id = ? AND position > ? ORDER BY position LIMIT ?',
  );
  const listDown = database.prepare(
    'SELECT item FROM conversation_items WHERE conversation_id = ? AND position < ? ORDER BY position DESC LIMIT ?',
  );
  const findItem = database.prepare(
    'SELECT item FROM conversation_items WHERE item_id = ? AND conversation_id = ? ORDER BY position LIMIT 1',
  );
  const findAnyItem = database.prepare(`
    SELECT conversation_id AS conversationId, item FROM conversation_items CROSS JOIN threads ON threads.id = conversation_id
    WHERE item_id = ? AND owner = ? ORDER BY position DESC LIMIT 1`);
  const removeItem = database.prepare('DELETE FROM conversation_items WHERE item_id = ? AND conversation_id = ?');

  const addItems = (id: string, items: readonly JsonObject[], maxBytes = Infinity): void => {
    let bytes = 0;
    for (const item of items) {
      const text = JSON.stringify(item);
      bytes += Buffer.byteLength(text);
      addItem.run(id, readId(item), text);
    }
    AnswerTooLargeError.check(bytes, maxBytes);
  };
  const findConversation = (owner: string, id: string): StoredConversation | null => {
    const row = find.get(id, owner);
    return row === undefined ? null : conversationSchema.parse(row);
  };
  const toItem = (row: unknown): JsonObject | null => (row === undefined ? null : itemSchema.parse(row));

  return {
    add({ id, owner, metadata, createdAt }, items) {
      transact(database, () => {
        threads.use(id, owner);
        add.run(id, createdAt, JSON.stringify(metadata));
        addItems(id, items);
      });
    },
    find: findConversation,
    setMetadata: (owner, id, metadata) =>
      transact(database, () => {
        const conversation = findConversation(owner, id);
        if (conversation === null) return null;
        threads.use(id, owner);
        setMetadata.run(JSON.stringify(metadata), id);
        return { ...conversation, metadata };
      }),
    remove: (owner, id) => findConversation(owner, id) !== null && threads.remove(owner, id),
    append: (owner, id, items, maxBytes) =>
      transact(database, () => {
        if (findConversation(owner, id) === null) return false;
        threads.use(id, owner);
        addItems(id, items, maxBytes);
        return true;
      }),
    readItems(owner, id) {
      const rows = readItems.all(id, owner);
      // Looked for last: one that another process removes meanwhile is not taken for an empty one.
      return findConversation(owner, id) === null ? null : rows.map((row) => itemSchema.parse(row));
    },
    listItems(owner, id, { after, limit, order }) {
      if (findConversation(owner, id) === null) return null;
      const last = after === null ? null : findPosition.get(after, id);
      if (last === undefined) return null;
      const isUp = order === 'asc';
      const position = last === null ? (isUp ? -1 : Number.MAX_SAFE_INTEGER) : positionSchema.parse(last).position;
      const rows = (isUp ? listUp : listDown).all(id, position, limit + 1);
      return { items: rows.slice(0, limit).map((row) => itemSchema.parse(row)), hasMore: rows.length > limit };
    },
    findItem: (owner, id, itemId) => (findConversation(owner, id) === null ? null : toItem(findItem.get(itemId, id))),
    removeItem(owner, id, itemId) {
      if (findConversation(owner, id) === null || removeItem.run(itemId, id).changes === 0) return false;
      threads.forgetRemoved();
      return true;
    },
    findAnyItem(owner, itemId) {
      const row = findAnyItem.get(itemId, owner);
      return row === undefined ? null : placedItemSchema.parse(row);
    },
  };
};
