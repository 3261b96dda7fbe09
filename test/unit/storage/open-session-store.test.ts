import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { SessionStore } from '../../../src/core/session-store.ts';
import { openSessionStore } from '../../../src/storage/open-session-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const SECRET = 'the launch code is 0000';

const addSession = (store: SessionStore, id: string, text = SECRET): void => {
  store.add({ id, owner: 'alice', model: 'm', systemPrompt: null, createdAt: 1, lastUsedAt: 1, turns: 0, usage: null });
  store.append(id, {
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    model: 'm',
    systemPrompt: null,
    lastUsedAt: 2,
    usage: null,
  });
};
const open = (file: string) => {
  const logger = createMemoryLogger();
  const store = openSessionStore(file, logger);
  return { store, logger, [Symbol.dispose]: () => store.close() };
};
const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(text));

test('what was said outlives the process, in files for their owner alone', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('state', 'sessions.db');
  {
    using opened = open(file);
    addSession(opened.store, 'a');
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    const names = readdirSync(path.dirname(file));
    expect(names).toContain('sessions.db-wal');
    for (const name of names) expect(statSync(path.join(path.dirname(file), name)).mode & 0o777).toBe(0o600);
  }
  using opened = open(file);
  expect(opened.store.readMessages('a')).toHaveLength(1);
  expect(opened.logger.lines).toEqual([]);
});

test('a file that others could read is closed to them', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('sessions.db');
  writeFileSync(file, '', { mode: 0o644 });
  using opened = open(file);
  addSession(opened.store, 'a');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('what is removed is in no file any more', () => {
  using folder = createTemporaryFolder();
  using opened = open(folder.join('sessions.db'));
  addSession(opened.store, 'a');
  addSession(opened.store, 'b', 'harmless');
  expect(filesWith(folder.path, SECRET)).not.toEqual([]);
  opened.store.remove('a');
  expect(filesWith(folder.path, SECRET)).toEqual([]);
  expect(opened.store.readMessages('b')).toHaveLength(1);
});

test('two windows use the same sessions', () => {
  using folder = createTemporaryFolder();
  const file = folder.join('sessions.db');
  using first = open(file);
  using second = open(file);
  addSession(first.store, 'a');
  addSession(second.store, 'a', 'second');
  expect(first.store.readMessages('a')).toEqual(second.store.readMessages('a'));
  expect(first.store.readMessages('a')).toHaveLength(2);
});

describe('a file that cannot be used', () => {
  test.each<[name: string, spoil: (file: string) => void, isReplaced: boolean]>([
    ['no database', (file) => writeFileSync(file, 'This is no database at all. '.repeat(100)), true],
    [
      'a damaged database',
      (file) => {
        {
          using opened = open(file);
          for (let index = 0; index < 20; index += 1) addSession(opened.store, `s${index}`, 'x'.repeat(5000));
        }
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 4096 * 3, 4096 * 10);
        writeFileSync(file, bytes);
      },
      true,
    ],
    [
      'a database of a later version',
      (file) => {
        const database = new DatabaseSync(file);
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
      false,
    ],
    ['a folder', (file) => mkdirSync(file), false],
    ['a folder that is a file', (file) => writeFileSync(path.dirname(file), ''), false],
  ])('%s', (name, spoil, isReplaced) => {
    using folder = createTemporaryFolder();
    const parent = folder.join('state');
    if (name !== 'a folder that is a file') mkdirSync(parent);
    const file = path.join(parent, 'sessions.db');
    spoil(file);
    for (const round of [1, 2]) {
      using opened = open(file);
      expect(opened.store.find('a')).toBeNull();
      addSession(opened.store, 'a');
      expect(opened.store.readMessages('a')).toHaveLength(1);
      if (isReplaced && round === 2) break;
      expect(opened.logger.lines).toEqual([expect.stringMatching(/^warn .*(?:lost)/)]);
      if (!isReplaced) continue;
      opened.store.remove('a');
      expect(readdirSync(parent)).toContain('sessions.db.damaged');
    }
  });

  test('damaged files are all kept', () => {
    using folder = createTemporaryFolder();
    for (const text of ['first', 'second']) {
      writeFileSync(folder.join('sessions.db'), `${text} is no database. `.repeat(100));
      using opened = open(folder.join('sessions.db'));
      expect(opened.logger.lines).toHaveLength(1);
    }
    expect(filesWith(folder.path, 'first is')).toEqual(['sessions.db.damaged']);
    expect(filesWith(folder.path, 'second is')).toEqual(['sessions.db.damaged-2']);
  });
});

test('Node.js prints nothing about SQLite, and its other warnings as before', () => {
  const module = path.join(import.meta.dirname, '../../../src/storage/load-sqlite.ts');
  const script = `
    import { loadSqlite } from ${JSON.stringify(module)};
    const { emitWarning } = process;
    new (loadSqlite().DatabaseSync)(':memory:').close();
    process.emitWarning('SQLite is on sale', 'Advertisement');
    console.log(process.emitWarning === emitWarning);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe('true\n');
  expect(stderr).toContain('Advertisement: SQLite is on sale');
  expect(stderr).not.toContain('ExperimentalWarning');
});
