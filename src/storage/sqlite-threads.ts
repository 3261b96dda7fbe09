import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { selectExcess, type WeighedThread } from './select-excess.ts';
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
  /** Leaves those in which an answer is being made. */
  removeUnused(usedBefore: number): void;
  /** Leaves those in which an answer is being made; see {@link selectExcess}. */
  trim(maxBytes: number, targetBytes: number): void;
  /** Empties the log, which still holds what was written to it: what was removed is in no file then. */
  forgetRemoved(): void;
}

const bytesSchema = z.object({ bytes: z.number() });
const ownerSchema = z.object({ owner: z.string().nullable() });
const threadSchema: z.ZodType<WeighedThread> = z.object({
  id: z.string(),
  bytes: z.number(),
  isUnderWay: z.number().transform(Boolean),
});

/** Few are: this index is short. */
const THREADS_UNDER_WAY = '(SELECT thread_id FROM answers WHERE process_id IS NOT NULL)';
const THREAD_COLUMNS = `id, bytes, id IN ${THREADS_UNDER_WAY} AS isUnderWay`;

/** @param now in milliseconds since 1970 */
export const createSqliteThreads = (database: DatabaseSync, now: () => number): SqliteThreads => {
  const use = database.prepare(
    'INSERT INTO threads (id, owner, last_used_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at',
  );
  const noteUse = database.prepare('UPDATE threads SET last_used_at = ? WHERE id = ? AND owner = ?');
  const findNextOwner = database.prepare('SELECT min(owner) AS owner FROM threads WHERE owner > ?');
  const remove = database.prepare('DELETE FROM threads WHERE id = ? AND owner = ?');
  const removeOwner = database.prepare('DELETE FROM threads WHERE owner = ?');
  const removeUnused = database.prepare(
    `DELETE FROM threads WHERE last_used_at < ? AND id NOT IN ${THREADS_UNDER_WAY}`,
  );
  const readTotal = database.prepare('SELECT bytes FROM total');
  const listLarger = database.prepare(`SELECT ${THREAD_COLUMNS} FROM threads WHERE bytes > ?`);
  const listByAge = database.prepare(`SELECT ${THREAD_COLUMNS} FROM threads ORDER BY last_used_at, id`);
  const removeById = database.prepare('DELETE FROM threads WHERE id = ?');

  const readBytes = (): number => bytesSchema.parse(readTotal.get()).bytes;
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
    trim(maxBytes, targetBytes) {
      if (readBytes() <= maxBytes) return;
      const count = transact(database, () => {
        const total = readBytes();
        // Another process may have been quicker.
        if (total <= maxBytes) return 0;
        const larger = readThreads(listLarger.iterate(maxBytes));
        const ids = selectExcess({ total, larger, byAge: readThreads(listByAge.iterate()) }, maxBytes, targetBytes);
        for (const id of ids) removeById.run(id);
        return ids.length;
      });
      forgetWhere(count);
    },
    forgetRemoved,
  };
};

function* readThreads(rows: Iterable<unknown>): Generator<WeighedThread> {
  for (const row of rows) yield threadSchema.parse(row);
}
