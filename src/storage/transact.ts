import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` in a transaction that holds the lock for writing from its beginning; what it throws undoes all of it. */
export const transact = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // A failure such as a full disk has rolled it back already.
    }
    throw error;
  }
};
