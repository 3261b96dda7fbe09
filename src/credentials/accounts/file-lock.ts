import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../core/gateway-error.ts';
import { loadSqlite } from '../../storage/load-sqlite.ts';

const RETRY_MS = 20;
const PATIENCE_MS = 10_000;

/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/**
 * Does `work` while no other process, and no other caller in this one, does work under the same lock file.
 *
 * The lock is that of an empty SQLite database: the operating system lets go of it when its holder dies, however that comes
 * about, so that there are no stale ones. Nothing is ever written to the file. It is made where it is missing, with its folder.
 *
 * @throws GatewayError where another one holds the lock for too long, or the file cannot be used
 */
export const withFileLock = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  const release = await acquire(file);
  try {
    return await work();
  } finally {
    release();
  }
};

const acquire = async (file: string): Promise<() => void> => {
  const sqlite = loadSqlite();
  if (sqlite === null) {
    throw new GatewayError(
      'internal_error',
      `This Node.js (${process.version}) has no node:sqlite. Use Node.js 22.14 or newer.`,
    );
  }
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Only where it is missing: closing a file lets go of every lock that this process has on it, whichever connection took it.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  const database = new sqlite.DatabaseSync(file);
  try {
    // Waiting is done here, where it does not block the thread; and no journal is needed for what is never written.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY');
    const deadline = Date.now() + PATIENCE_MS;
    while (!begin(database)) {
      if (Date.now() > deadline) {
        throw new GatewayError('internal_error', `Another process does not let go of ${file}. End it, and try again.`);
      }
      await delay(RETRY_MS);
    }
  } catch (error) {
    database.close();
    throw error;
  }
  // Closing ends the transaction without writing.
  return () => database.close();
};

const begin = (database: { exec: (sql: string) => void }): boolean => {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
};
