import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transact } from './transact.ts';

/** How the tables of a database are made. */
export interface DatabaseSchema {
  readonly version: number;
  /** Makes the tables in an empty database. */
  readonly sql: string;
}

/**
 * Readies an open database for use by several processes, and makes its tables where it is new.
 *
 * Write-ahead log: a reader, such as a second window, never waits for a writer. `secure_delete` overwrites what is deleted.
 *
 * @throws Error where the schema is of a later version of Portside, and errors of SQLite where the file is damaged or locked
 */
export const prepareDatabase = (database: DatabaseSync, schema: DatabaseSchema): void => {
  database.exec(`
    PRAGMA busy_timeout = 2000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
  `);
  transact(database, () => {
    const { user_version: version } = versionSchema.parse(database.prepare('PRAGMA user_version').get());
    if (version > schema.version) throw new Error('it was written by a later version of Portside');
    if (version === 0) database.exec(`${schema.sql}; PRAGMA user_version = ${schema.version};`);
  });
};

const versionSchema = z.object({ user_version: z.number() });
