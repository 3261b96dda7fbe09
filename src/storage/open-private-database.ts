import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from './load-sqlite.ts';

/** What a SQLite file is opened for. */
export interface PrivateDatabaseOptions<Store> {
  readonly file: string;
  /** Makes the store of the open database; throws where the file is damaged or not to be touched. */
  readonly createStore: (database: DatabaseSync) => Store;
  /** Called where a damaged file was moved to `aside`, once a new one is there. */
  readonly onDamaged: (aside: string) => void;
}

/**
 * Opens a store in a SQLite file, made where it is missing: the file for its owner alone (0600), its folder too (0700).
 *
 * Never deletes a file: a damaged one is moved aside and a new one begun.
 *
 * @throws Error where there can be no file, or this Node.js has no SQLite
 */
export const openPrivateDatabase = <Store>(options: PrivateDatabaseOptions<Store>): Store => {
  try {
    return openFile(options);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const aside = moveAside(options.file);
    const store = openFile(options);
    options.onDamaged(aside);
    return store;
  }
};

const openFile = <Store>({ file, createStore }: PrivateDatabaseOptions<Store>): Store => {
  const sqlite = loadSqlite();
  if (sqlite === null) throw new Error('this Node.js has no node:sqlite');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // SQLite gives the files beside it the mode of the database.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new sqlite.DatabaseSync(file);
  try {
    const store = createStore(database);
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
