import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A signed-in Cursor editor's `User` folder below `root`, whose database is held open as the editor does until `close`. */
export const createEditorSignInFolder = (
  root: string,
  signIn: { readonly email: string; readonly sessionToken: string },
): { readonly folder: string; close(): void } => {
  const folder = path.join(root, 'cursor', 'User');
  mkdirSync(path.join(folder, 'globalStorage'), { recursive: true });
  const database = new DatabaseSync(path.join(folder, 'globalStorage', 'state.vscdb'));
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)');
  const insert = database.prepare('INSERT INTO ItemTable (key, value) VALUES (?, ?)');
  insert.run('cursorAuth/accessToken', signIn.sessionToken);
  insert.run('cursorAuth/refreshToken', `${signIn.sessionToken}_refresh`);
  insert.run('cursorAuth/cachedEmail', signIn.email);
  insert.run('cursorAuth/stripeMembershipType', 'pro');
  return { folder, close: () => database.close() };
};
