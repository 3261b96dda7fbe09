import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transact } from './transact.ts';

/** The threads of a database of answers: what is removed together, with the time of its last use. */
export interface SqliteThreads {
  /** Notes that a thread is in use now; made where it is missing. Within a transaction. */
  use(id: string, owner: string): void;
  /** Removes one with all that is in it; false where the owner has none of this id. */
  remove(owner: string, id: string): boolean;
  removeOwner(owner: string): void;
  removeUnused(usedBefore: number): void;
  trim(maxBytes: number): void;
  /** Empties the log, which still holds what was written to it: what was removed is in no file then. */
  forgetRemoved(): void;
}

const bytesSchema = z.object({ bytes: z.number() });
const threadSchema = z.object({ id: z.string(), bytes: z.number() });

/** @param now in milliseconds since 1970 */
export const createSqliteThreads = (database: DatabaseSync, now: () => number): SqliteThreads => {
  const use = database.prepare(
    'INSERT INTO threads (id, owner, last_used_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at',
  );
  const remove = database.prepare('DELETE FROM threads WHERE id = ? AND owner = ?');
  const removeOwner = database.prepare('DELETE FROM threads WHERE owner = ?');
  const removeUnused = database.prepare('DELETE FROM threads WHERE last_used_at < ?');
  const readTotal = database.prepare('SELECT bytes FROM total');
  const listByAge = database.prepare('SELECT id, bytes FROM threads ORDER BY last_used_at, id');
  const removeById = database.prepare('DELETE FROM threads WHERE id = ?');

  const readBytes = (): number => bytesSchema.parse(readTotal.get()).bytes;
  /** The first of them, longest unused first, without which the rest is small enough. */
  const selectTooMany = (maxBytes: number): readonly string[] => {
    let excess = readBytes() - maxBytes;
    const ids: string[] = [];
    for (const row of listByAge.iterate()) {
      if (excess <= 0) break;
      const { id, bytes } = threadSchema.parse(row);
      ids.push(id);
      excess -= bytes;
    }
    return ids;
  };
  const forgetRemoved = (): void => database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const forgetWhere = (changes: number | bigint): boolean => {
    if (Number(changes) === 0) return false;
    forgetRemoved();
    return true;
  };

  return {
    use(id, owner) {
      use.run(id, owner, now());
    },
    remove: (owner, id) => forgetWhere(remove.run(id, owner).changes),
    removeOwner(owner) {
      forgetWhere(removeOwner.run(owner).changes);
    },
    removeUnused(usedBefore) {
      forgetWhere(removeUnused.run(usedBefore).changes);
    },
    trim(maxBytes) {
      if (readBytes() <= maxBytes) return;
      const count = transact(database, () => {
        const ids = selectTooMany(maxBytes);
        for (const id of ids) removeById.run(id);
        return ids.length;
      });
      forgetWhere(count);
    },
    forgetRemoved,
  };
};
