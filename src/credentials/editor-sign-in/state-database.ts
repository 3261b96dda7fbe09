import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type * as sqlite from 'node:sqlite';
import type { loadSqlite } from '../../storage/load-sqlite.ts';

const KEYS = ['accessToken', 'refreshToken', 'cachedEmail', 'stripeMembershipType'] as const;

/** What Cursor keeps of its sign-in; `null` for what is not there or empty. */
export type CursorValues = Readonly<Record<(typeof KEYS)[number], string | null>>;

/** Cursor's database is there and cannot be read: the message says why and what to do. */
export class StateDatabaseError extends Error {
  override readonly name = 'StateDatabaseError';
  /** Whether it may be readable in a moment. */
  readonly isTransient: boolean;

  constructor(message: string, options: { readonly isTransient?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isTransient = options.isTransient ?? false;
  }
}

/**
 * Reads the sign-in from a `state.vscdb`; `null` where there is no such file.
 *
 * Nothing is written: neither the database nor `-wal`, `-shm` or `-journal` are made, changed or deleted. A plain read-only
 * connection does not promise that for a database in WAL mode, as it takes part in the `-shm`, and makes it where it is missing
 * (https://sqlite.org/wal.html#readonly). Therefore:
 * - with a `-wal`, the `-shm` beside it is opened read-only too (`readonly_shm=1`). It is the true one while somebody has the
 *   database open; left over from a crash, SQLite makes an index of its own in memory.
 * - without, nobody has it open, all is in the one file, and that is read as one that does not change (`immutable=1`).
 * - a database that is not in WAL mode has no such files, and a read-only connection only takes locks.
 *
 * @throws StateDatabaseError
 */
export const readStateDatabase = (file: string, loadDatabase: typeof loadSqlite): CursorValues | null => {
  if (!isThere(file)) return null;
  const module = loadDatabase();
  if (module === null) {
    throw new StateDatabaseError(
      `Reading Cursor's sign-in needs node:sqlite, which this Node.js (${process.version}) does not have. Use Node.js 22.15 or newer, or sign in with the browser.`,
    );
  }
  if (!understandsAddresses(module)) {
    throw new StateDatabaseError(
      `Reading Cursor's sign-in without touching its files needs Node.js 22.15 or newer, and this is ${process.version}. Use a newer one, or sign in with the browser.`,
    );
  }
  try {
    return readWith(module, toAddress(file));
  } catch (error) {
    throw explain(file, error);
  }
};

const isThere = (file: string): boolean => {
  try {
    return statSync(file).isFile();
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw explain(file, error);
  }
};

/** https://sqlite.org/uri.html: before 22.15, `node:sqlite` took every address for the name of a file. */
const understandsAddresses = ({ DatabaseSync }: typeof sqlite): boolean => {
  try {
    new DatabaseSync('file:portside?mode=memory', { readOnly: true }).close();
    return true;
  } catch {
    return false;
  }
};

const toAddress = (file: string): string => {
  const address = pathToFileURL(file);
  if (usesWriteAheadLog(file)) {
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const isOpen = log !== undefined && (log.size > 0 || existsSync(`${file}-shm`));
    address.searchParams.set(isOpen ? 'readonly_shm' : 'immutable', '1');
  }
  return address.href;
};

/** https://sqlite.org/fileformat.html#file_format_version_numbers */
const usesWriteAheadLog = (file: string): boolean => {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  try {
    return readSync(descriptor, header, 0, header.length, 0) === header.length && header[19] === 2;
  } finally {
    closeSync(descriptor);
  }
};

const readWith = ({ DatabaseSync }: typeof sqlite, address: string): CursorValues => {
  const database = new DatabaseSync(address, { readOnly: true });
  try {
    const statement = database.prepare('SELECT value FROM ItemTable WHERE key = ?');
    const read = (key: string): string | null => toText(statement.get(`cursorAuth/${key}`)?.['value']);
    // All four as they are at one time.
    database.exec('BEGIN');
    return {
      accessToken: read('accessToken'),
      refreshToken: read('refreshToken'),
      cachedEmail: read('cachedEmail'),
      stripeMembershipType: read('stripeMembershipType'),
    };
  } finally {
    database.close();
  }
};

/** Values are TEXT or BLOB, and JSON or not, depending on which part of the editor wrote them. */
const toText = (value: unknown): string | null => {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : typeof value === 'string' ? value : '';
  if (!text.startsWith('"')) return text.trim() || null;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'string' ? parsed.trim() || null : null;
  } catch {
    return text.trim();
  }
};

const INSTEAD = 'or sign in with the browser.';

/** By https://sqlite.org/rescode.html, whose extended codes have more in higher bits. */
const explain = (file: string, error: unknown): StateDatabaseError => {
  const toError = (text: string, isTransient = false): StateDatabaseError =>
    new StateDatabaseError(`${file} ${text}`, { isTransient, cause: error });
  if (isSystemError(error) && (error.code === 'EACCES' || error.code === 'EPERM')) {
    return toError(`may not be read by this user. Change its permissions, ${INSTEAD}`);
  }
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
  switch (code & 0xff) {
    case 1: // SQLITE_ERROR: the only statement here asks for ItemTable.
      return toError(`is not Cursor's: it has no ItemTable. Name Cursor's User folder in the settings, ${INSTEAD}`);
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
    case 8: // SQLITE_READONLY: the -shm is just being set up.
      return toError(`is locked by another program. Try again in a moment, ${INSTEAD}`, true);
    case 11: // SQLITE_CORRUPT
      return toError(`is damaged. Start Cursor, which mends it, and try again, ${INSTEAD}`);
    case 14: // SQLITE_CANTOPEN: there is a -wal that nobody has open, and no -shm.
      return toError(`was not closed properly, or may not be read. Start Cursor and try again, ${INSTEAD}`, true);
    case 26: // SQLITE_NOTADB
      return toError(`is not a database. Name Cursor's User folder in the settings, ${INSTEAD}`);
    default:
      return toError(`cannot be read (${describe(error)}). Try again, ${INSTEAD}`);
  }
};

const describe = (error: unknown): string =>
  isSystemError(error) ? error.code : error instanceof Error ? error.message : String(error);

const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code !== 'ERR_SQLITE_ERROR';
