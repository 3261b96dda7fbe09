import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transact } from './transact.ts';

/** The threads of a database of answers: what is removed together, with the time of its last use. */
export interface SqliteThreads {
  /** Notes that a thread is in use now; made where it is missing. Within a transaction. */
  use(id: string, owner: string): void;
  /** Notes that a thread is in use now, where the owner has one of this id. */
  noteUse(id: string, owner: string): void;
  listOwners(): readonly string[];
  /** Removes one with all that is in it; false where the owner has none of this id. */
  remove(owner: string, id: string): boolean;
  removeOwner(owner: string): void;
  removeUnused(usedBefore: number): void;
  trim(maxBytes: number): void;
  /** Empties the log, which still holds what was written to it: what was removed is in no file then. */
  forgetRemoved(): void;
}

const bytesSchema = z.object({ bytes: z.number() });
const ownerSchema = z.object({ owner: z.string().nullable() });
const threadSchema = z.object({ id: z.string(), bytes: z.number() });

/** @param now in milliseconds since 1970 */
export const createSqliteThreads = (database: DatabaseSync, now: () => number): SqliteThreads => {
  const use = database.prepare(
    'INSERT INTO threads (id, owner, last_used_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at',
  );
  const noteUse = database.prepare('UPDATE threads SET last_used_at = ? WHERE id = ? AND owner = ?');
  const findNextOwner = database.prepare('SELECT min(owner) AS owner FROM threads WHERE owner > ?');
  const remove = database.prepare('DELETE FROM threads WHERE id = ? AND owner = ?');
  const removeOwner = database.prepare('DELETE FROM threads WHERE owner = ?');
  const removeUnused = database.prepare('DELETE FROM threads WHERE last_used_at < ?');
  const readTotal = database.prepare('SELECT bytes FROM total');
  const listLarger = database.prepare('SELECT id, bytes FROM threads WHERE bytes > ?');
  const listByAge = database.prepare('SELECT id, bytes FROM threads ORDER BY last_used_at, id');
  const removeById = database.prepare('DELETE FROM threads WHERE id = ?');

  const readBytes = (): number => bytesSchema.parse(readTotal.get()).bytes;
  /** Those without which the rest is small enough: the ones that cannot stay in any case, then the longest unused. */
  const selectTooMany = (maxBytes: number): ReadonlySet<string> => {
    let excess = readBytes() - maxBytes;
    const ids = new Set<string>();
    const select = (row: unknown): void => {
      const { id, bytes } = threadSchema.parse(row);
      if (ids.has(id)) return;
      ids.add(id);
      excess -= bytes;
    };
    for (const row of listLarger.iterate(maxBytes)) select(row);
    for (const row of listByAge.iterate()) {
      if (excess <= 0) break;
      select(row);
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
    noteUse(id, owner) {
      noteUse.run(now(), id, owner);
    },
    listOwners() {
      const owners: string[] = [];
      for (let last = ''; ;) {
        const { owner } = ownerSchema.parse(findNextOwner.get(last));
        if (owner === null) return owners;
        owners.push(owner);
        last = owner;
      }
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
        return ids.size;
      });
      forgetWhere(count);
    },
    forgetRemoved,
  };
};
