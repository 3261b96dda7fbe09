import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transact } from './transact.ts';

/**
 * Readies an open database for use by several processes, and makes its tables or brings them up to date: each of `steps` is the
 * SQL that makes one version of the schema out of the one before it, the first out of nothing. A step that was once released
 * never changes.
 *
 * Write-ahead log: a reader, such as a second window, never waits for a writer. `secure_delete` overwrites what is deleted.
 *
 * @throws Error where the schema is of a later version of Portside, and errors of SQLite where the file is damaged or locked
 */
export const prepareDatabase = (database: DatabaseSync, steps: readonly string[]): void => {
  database.exec(`
    PRAGMA busy_timeout = 2000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
  `);
  transact(database, () => {
    const { user_version: version } = versionSchema.parse(database.prepare('PRAGMA user_version').get());
    if (version > steps.length) throw new Error('it was written by a later version of Portside');
    if (version === steps.length) return;
    for (const sql of steps.slice(version)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
};

const versionSchema = z.object({ user_version: z.number() });
