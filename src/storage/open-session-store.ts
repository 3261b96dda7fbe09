import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../core/logger.ts';
import type { SessionStore } from '../core/session-store.ts';
import { loadSqlite } from './load-sqlite.ts';
import { createMemorySessionStore } from './memory-session-store.ts';
import { createSqliteSessionStore } from './sqlite-session-store.ts';

/**
 * Opens the sessions in a SQLite file, made where it is missing: the file for its owner alone (0600), its folder too (0700).
 *
 * Never throws, and never deletes a file: a damaged one is moved aside and a new one begun; where there can be none, sessions
 * are kept in memory. Either way one warning says what is lost.
 */
export const openSessionStore = (file: string, logger: Logger): SessionStore => {
  try {
    return openFile(file);
  } catch (error) {
    return isDamaged(error) ? replace(file, logger) : fallBack(file, error, logger);
  }
};

const replace = (file: string, logger: Logger): SessionStore => {
  try {
    const aside = moveAside(file);
    const store = openFile(file);
    logger.warn(`The named sessions in ${file} are lost, as the file is damaged. It was moved to ${aside}.`);
    return store;
  } catch (error) {
    return fallBack(file, error, logger);
  }
};

const fallBack = (file: string, error: unknown, logger: Logger): SessionStore => {
  const reason = error instanceof Error ? error.message : String(error);
  logger.warn(
    `Named sessions are kept in memory only and will be lost when the server ends: ${file} cannot be used (${reason}).`,
  );
  return createMemorySessionStore();
};

const openFile = (file: string): SessionStore => {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error('this Node.js has no node:sqlite');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // SQLite gives the files beside it the mode of the database.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new sqlite.DatabaseSync(file);
  try {
    const store = createSqliteSessionStore(database);
    const [verdict] = database.prepare('PRAGMA quick_check(1)').all();
    if (verdict?.['quick_check'] !== 'ok') throw new DamagedFileError('the check of SQLite found damage');
    return store;
  } catch (error) {
    database.close();
    throw error;
  }
};

class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';
}

/** https://sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB, whose extended codes have more in higher bits. */
const isDamaged = (error: unknown): boolean =>
  error instanceof DamagedFileError ||
  (error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    [11, 26].includes(error.errcode & 0xff));

/** Gives the first free name. The log belongs to the database and goes with it. */
const moveAside = (file: string): string => {
  let aside = `${file}.damaged`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${file}.damaged-${count}`;
  renameSync(file, aside);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`);
  }
  return aside;
};
