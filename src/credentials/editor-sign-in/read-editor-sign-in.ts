import { setTimeout as delay } from 'node:timers/promises';
import { loadSqlite } from '../../storage/load-sqlite.ts';
import type { EditorSignIn } from './editor-sign-in.ts';
import { type CursorFolderOptions, findCursorFolders } from './find-cursor-folders.ts';
import { type CursorValues, readStateDatabase, StateDatabaseError } from './state-database.ts';

/** Where to look for the editor's sign-in. */
export interface EditorSignInOptions extends CursorFolderOptions {
  /** Whether the editor's window belongs to another machine (SSH, WSL, a container). */
  readonly isRemote: boolean;
  /** Loads `node:sqlite`; `null` where this Node.js has none. */
  readonly loadDatabase?: typeof loadSqlite;
}

/** For as long as this, Cursor may be busy with its database. */
const PATIENCE_MS = 1_000;
const RETRY_MS = 100;

/** The longest email there can be (RFC 5321) has 254 characters. */
const MAX_SHOWN = 254;

/**
 * Reads the sign-in of the Cursor editor on this machine from its `state.vscdb`, also while Cursor has it open. Never writes
 * anything, and never throws.
 */
export const readEditorSignIn = async (options: EditorSignInOptions): Promise<EditorSignIn> => {
  if (options.isRemote && options.configured === '') return { status: 'remote' };
  const files = findCursorFolders(options);
  let found: EditorSignIn = { status: 'not-found', path: files.at(-1) ?? files[0] };
  if (options.configured !== '') found = { status: 'not-found', path: options.configured };
  for (const file of files) {
    const signIn = await readFrom(file, options.loadDatabase ?? loadSqlite);
    if (signIn?.status === 'signed-in') return signIn;
    // A database that cannot be read may be the one with the sign-in: it is worth more than one without.
    if (signIn !== null && found.status !== 'unreadable') found = signIn;
  }
  return found;
};

/** `null` where there is no such file. */
const readFrom = async (file: string, loadDatabase: typeof loadSqlite): Promise<EditorSignIn | null> => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const values = readStateDatabase(file, loadDatabase);
      return values === null ? null : toSignIn(values);
    } catch (error) {
      if (!(error instanceof StateDatabaseError)) {
        return { status: 'unreadable', reason: `${file} cannot be read. Sign in with the browser instead.` };
      }
      if (!error.isTransient || Date.now() > deadline) return { status: 'unreadable', reason: error.message };
    }
    await delay(RETRY_MS);
  }
};

const toSignIn = (values: CursorValues): EditorSignIn => {
  const sessionToken = values.accessToken ?? values.refreshToken;
  if (sessionToken === null) return { status: 'signed-out' };
  if (!/^[\x21-\x7e]+$/.test(sessionToken)) {
    return {
      status: 'unreadable',
      reason: 'Cursor keeps its sign-in in a form that Portside does not know. Sign in with the browser instead.',
    };
  }
  return {
    status: 'signed-in',
    email: toShownText(values.cachedEmail),
    plan: toShownText(values.stripeMembershipType),
    sessionToken,
  };
};

/** Text that can be shown, on a terminal too; `null` where it is none: nobody's email has control characters. */
const toShownText = (value: string | null): string | null =>
  value === null || value.length > MAX_SHOWN || /\p{C}/u.test(value) ? null : value;
