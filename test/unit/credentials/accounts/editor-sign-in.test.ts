import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type EditorSignInOptions,
  readEditorSignIn,
} from '../../../../src/credentials/editor-sign-in/read-editor-sign-in.ts';
import { loadSqlite } from '../../../../src/storage/load-sqlite.ts';
import { type StartedChild, startChild } from '../../../support/child-process.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

type Values = Readonly<Record<string, string | { readonly blob: string }>>;

const SIGNED_IN = {
  'cursorAuth/accessToken': 'header.payload.signature',
  'cursorAuth/refreshToken': 'refresh',
  'cursorAuth/cachedEmail': 'ada@example.com',
  'cursorAuth/stripeMembershipType': 'pro',
};
const ADA = { status: 'signed-in', email: 'ada@example.com', plan: 'pro', sessionToken: 'header.payload.signature' };

const createHome = () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const globalStorage = folder.join('.config', 'Cursor', 'User', 'globalStorage');
  mkdirSync(globalStorage, { recursive: true });
  const options: EditorSignInOptions = {
    platform: 'linux',
    environment: {},
    homeFolder: folder.path,
    configured: '',
    ownGlobalStorage: null,
    isRemote: false,
  };
  return { folder, globalStorage, file: path.join(globalStorage, 'state.vscdb'), options };
};

/** The editor as far as its database goes. */
const startEditor = async (
  file: string,
  {
    values = SIGNED_IN,
    journal = 'WAL',
    locking = 'NORMAL',
    manner = 'idle',
  }: { values?: Values; journal?: string; locking?: string; manner?: string } = {},
): Promise<StartedChild> => {
  const script = path.join(import.meta.dirname, 'hold-state-database.ts');
  const editor = startChild({
    args: ['--no-warnings', script, file, journal, locking, JSON.stringify(values), manner],
    cwd: import.meta.dirname,
    env: process.env,
  });
  onTestFinished(() => editor[Symbol.asyncDispose]());
  await editor.waitForLine();
  return editor;
};

const quit = async (editor: StartedChild): Promise<void> => {
  editor.kill('SIGTERM');
  expect(await editor.waitForExit()).toBe(0);
};

/** Everything about the files of a folder that writing would change. */
const look = (folder: string) =>
  readdirSync(folder)
    .toSorted()
    .map((name) => {
      const file = path.join(folder, name);
      // Not when the inode was changed: for root, SQLite gives the files beside a database to their own owner once more.
      const { mtimeNs, ino, mode, uid } = statSync(file, { bigint: true });
      return { name, mtimeNs, ino, mode, uid, content: readFileSync(file, 'base64') };
    });

const readUntouched = async (options: EditorSignInOptions, globalStorage: string) => {
  const before = look(globalStorage);
  const signIn = await readEditorSignIn(options);
  expect(look(globalStorage)).toEqual(before);
  return signIn;
};

/** The user that owns nothing. */
const NOBODY = 65_534;

describe('a database that another process has open', () => {
  test.each([
    ['in WAL mode, with everything still in the log', 'WAL', 'NORMAL', ['', '-shm', '-wal']],
    ['in rollback mode', 'DELETE', 'NORMAL', ['']],
  ])('%s', async (_name, journal, locking, suffixes) => {
    const { file, options, globalStorage } = createHome();
    await using editor = await startEditor(file, { journal, locking });
    expect(readdirSync(globalStorage).toSorted()).toEqual(suffixes.map((suffix) => `state.vscdb${suffix}`));
    expect(await readUntouched(options, globalStorage)).toEqual(ADA);
    await quit(editor);
  });

  test.each(['WAL', 'DELETE'])('in %s mode, in the middle of a change: what was before it is read', async (journal) => {
    const { file, options, globalStorage } = createHome();
    await using editor = await startEditor(file, { journal, manner: 'in-transaction' });
    expect(await readUntouched(options, globalStorage)).toEqual(ADA);
    await quit(editor);
  });

  test('which goes on writing: every reading is whole, and the writer does not notice', async () => {
    const { file, options } = createHome();
    const { 'cursorAuth/accessToken': _, ...values } = SIGNED_IN;
    await using editor = await startEditor(file, { values, manner: 'writing' });
    const seen = new Set<string>();
    const deadline = Date.now() + 10_000;
    for (let count = 0; count < 200 || (seen.size < 10 && Date.now() < deadline); count += 1) {
      const signIn = await readEditorSignIn(options);
      if (signIn.status !== 'signed-in') throw new Error(JSON.stringify(signIn));
      // Both were written in one transaction.
      expect(signIn.plan).toBe(signIn.sessionToken.replace('refresh', 'plan'));
      seen.add(signIn.sessionToken);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen.size).toBeGreaterThanOrEqual(10);
    await quit(editor);
    expect(editor.stderr()).toBe('');
  });

  test('for itself alone: it is said to be locked', async () => {
    const { file, options, globalStorage } = createHome();
    await using editor = await startEditor(file, { locking: 'EXCLUSIVE' });
    expect(await readUntouched(options, globalStorage)).toEqual({
      status: 'unreadable',
      reason: expect.stringMatching(/state\.vscdb is locked by another program\. Try again.*browser/),
    });
    await quit(editor);
  });
});

describe('a database that nobody has open', () => {
  test.each(['WAL', 'DELETE'])('in %s mode', async (journal) => {
    const { file, options, globalStorage } = createHome();
    await quit(await startEditor(file, { journal }));
    expect(readdirSync(globalStorage)).toEqual(['state.vscdb']);
    expect(await readUntouched(options, globalStorage)).toEqual(ADA);
  });

  test('in a folder and a file that cannot be written', async () => {
    const { file, options, globalStorage } = createHome();
    await quit(await startEditor(file));
    chmodSync(file, 0o400);
    chmodSync(globalStorage, 0o500);
    onTestFinished(() => chmodSync(globalStorage, 0o700));
    expect(await readUntouched(options, globalStorage)).toEqual(ADA);
  });

  test('and that was not closed properly: the log is read too', async () => {
    const { file, options, globalStorage } = createHome();
    const editor = await startEditor(file);
    editor.kill('SIGKILL');
    expect(await editor.waitForExit()).toBeNull();
    expect(readdirSync(globalStorage)).toContain('state.vscdb-wal');
    expect(await readUntouched(options, globalStorage)).toEqual(ADA);
    // A copy of these two alone cannot be read without making the third.
    rmSync(`${file}-shm`);
    expect(await readUntouched(options, globalStorage)).toEqual({
      status: 'unreadable',
      reason: expect.stringMatching(/not closed properly.*Start Cursor.*browser/),
    });
  });
});

describe('what is in it', () => {
  const signedOut = { status: 'signed-out' };
  const rows: readonly (readonly [string, Values, object])[] = [
    ['texts', SIGNED_IN, ADA],
    ['blobs', Object.fromEntries(Object.entries(SIGNED_IN).map(([key, value]) => [key, { blob: value }])), ADA],
    [
      'texts as JSON',
      Object.fromEntries(Object.entries(SIGNED_IN).map(([key, value]) => [key, JSON.stringify(value)])),
      ADA,
    ],
    [
      'blobs as JSON',
      Object.fromEntries(Object.entries(SIGNED_IN).map(([key, value]) => [key, { blob: JSON.stringify(value) }])),
      ADA,
    ],
    [
      'a token alone',
      { 'cursorAuth/accessToken': 'token' },
      { status: 'signed-in', email: null, plan: null, sessionToken: 'token' },
    ],
    [
      'the second token alone',
      { 'cursorAuth/refreshToken': 'token', 'cursorAuth/accessToken': '' },
      { status: 'signed-in', email: null, plan: null, sessionToken: 'token' },
    ],
    [
      'an email and a plan that would write to a terminal',
      { ...SIGNED_IN, 'cursorAuth/cachedEmail': 'a\u001b[2J@b', 'cursorAuth/stripeMembershipType': 'p\nro' },
      { ...ADA, email: null, plan: null },
    ],
    ['nothing', {}, signedOut],
    ['an email alone', { 'cursorAuth/cachedEmail': 'ada@example.com' }, signedOut],
    ['empty tokens', { 'cursorAuth/accessToken': '', 'cursorAuth/refreshToken': '""' }, signedOut],
    [
      'a token that is JSON of another kind',
      { 'cursorAuth/accessToken': '"a' },
      { ...ADA, email: null, plan: null, sessionToken: '"a' },
    ],
    [
      'a token of an unknown form',
      { 'cursorAuth/accessToken': { blob: 'v10\u0001\u0002 \n' } },
      { status: 'unreadable', reason: expect.stringMatching(/form that Portside does not know.*browser/) },
    ],
  ];
  test.each(rows)('%s', async (_name, values, expected) => {
    const { file, options } = createHome();
    await quit(await startEditor(file, { values }));
    expect(await readEditorSignIn(options)).toEqual(expected);
  });
});

describe('where it is', () => {
  test('nowhere: the usual place is named', async () => {
    const { file, options } = createHome();
    expect(await readEditorSignIn(options)).toEqual({ status: 'not-found', path: file });
    const ownGlobalStorage = '/nowhere';
    expect(await readEditorSignIn({ ...options, ownGlobalStorage })).toEqual({ status: 'not-found', path: file });
  });

  test('a window on another machine is said to be one, unless a folder is configured', async () => {
    const { file, options, folder } = createHome();
    await quit(await startEditor(file));
    expect(await readEditorSignIn({ ...options, isRemote: true })).toEqual({ status: 'remote' });
    const configured = folder.join('.config', 'Cursor', 'User');
    expect(await readEditorSignIn({ ...options, isRemote: true, configured })).toEqual(ADA);
  });

  test.each(['User', '', path.join('User', 'globalStorage')])('configured as Cursor/%s', async (name) => {
    const { file, options, folder } = createHome();
    await quit(await startEditor(file));
    const configured = folder.join('.config', 'Cursor', name);
    expect(await readEditorSignIn({ ...options, homeFolder: '/nowhere', configured })).toEqual(ADA);
  });

  test('a configured folder without it is named', async () => {
    const { file, options, folder } = createHome();
    await quit(await startEditor(file));
    const configured = folder.join('elsewhere');
    expect(await readEditorSignIn({ ...options, configured })).toEqual({ status: 'not-found', path: configured });
  });

  test('a database without a sign-in does not hide the one with it', async () => {
    const { file, options, folder } = createHome();
    const portable = folder.join('data', 'user-data', 'User', 'globalStorage');
    mkdirSync(portable, { recursive: true });
    await quit(await startEditor(path.join(portable, 'state.vscdb'), { values: {} }));
    const environment = { VSCODE_PORTABLE: folder.join('data'), CURSOR_TRACE_ID: '1f' };
    expect(await readEditorSignIn({ ...options, environment })).toEqual({ status: 'signed-out' });
    await quit(await startEditor(file));
    expect(await readEditorSignIn({ ...options, environment })).toEqual(ADA);
  });

  test('names that mean something in an address are taken as they are', async () => {
    const { options, folder } = createHome();
    const configured = folder.join('a b?mode=rwc&x=100%25#ä');
    mkdirSync(configured);
    await quit(await startEditor(path.join(configured, 'state.vscdb')));
    expect(await readUntouched({ ...options, configured }, configured)).toEqual(ADA);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no database', 'This is a text, and long enough for the header of a database.\n'.repeat(20), /is not a database/],
    ['an empty file', '', /has no ItemTable.*User folder/],
  ])('%s', async (_name, text, words) => {
    const { file, options, globalStorage } = createHome();
    writeFileSync(file, text);
    const signIn = await readUntouched(options, globalStorage);
    expect(signIn).toEqual({ status: 'unreadable', reason: expect.stringMatching(words) });
    expect(signIn).toEqual({ status: 'unreadable', reason: expect.stringMatching(/or sign in with the browser\.$/) });
  });

  test('a damaged database', async () => {
    const { file, options, globalStorage } = createHome();
    await quit(await startEditor(file));
    const bytes = readFileSync(file);
    bytes.fill(0xff, 100, 200);
    writeFileSync(file, bytes);
    expect(await readUntouched(options, globalStorage)).toEqual({
      status: 'unreadable',
      reason: expect.stringMatching(/is damaged\. Start Cursor/),
    });
  });

  test('a file of another user', async () => {
    const { file, options } = createHome();
    await quit(await startEditor(file));
    chmodSync(file, 0);
    // To root, every file is readable.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      expect(await readEditorSignIn(options)).toEqual({
        status: 'unreadable',
        reason: expect.stringMatching(/may not be read by this user\. Change its permissions/),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test('a Node.js without node:sqlite is named with the one that is needed', async () => {
    const { file, options } = createHome();
    await quit(await startEditor(file));
    expect(await readEditorSignIn({ ...options, loadDatabase: () => null })).toEqual({
      status: 'unreadable',
      reason: expect.stringMatching(/needs node:sqlite.*Node\.js 22\.15 or newer/),
    });
  });

  test('a node:sqlite that knows no addresses is not used', async () => {
    const { file, options, globalStorage } = createHome();
    await quit(await startEditor(file));
    const sqlite = loadSqlite();
    if (sqlite === null) throw new Error('These tests need node:sqlite.');
    class OldDatabase extends sqlite.DatabaseSync {
      constructor(name: string, open?: object) {
        if (name.startsWith('file:')) throw new Error('unable to open database file');
        super(name, open);
      }
    }
    const before = look(globalStorage);
    expect(
      await readEditorSignIn({ ...options, loadDatabase: () => ({ ...sqlite, DatabaseSync: OldDatabase }) }),
    ).toEqual({ status: 'unreadable', reason: expect.stringMatching(/needs Node\.js 22\.15 or newer/) });
    expect(look(globalStorage)).toEqual(before);
  });
});
