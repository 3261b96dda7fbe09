import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { AccessTokenStore, StoredAccessToken } from '../../../src/core/access-token.ts';
import { createMemoryAccessTokenStore } from '../../../src/storage/memory-access-token-store.ts';
import { openAccessTokenFile, openAccessTokenStore } from '../../../src/storage/open-access-token-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const token = (id: string, changes: Partial<StoredAccessToken> = {}): StoredAccessToken => ({
  id,
  name: `name of ${id}`,
  digest: id.padEnd(64, '0'),
  createdAt: 1000,
  lastUsedAt: null,
  requestCount: 0,
  expiresAt: null,
  account: null,
  models: null,
  requestsPerMinute: null,
  ...changes,
});
const limited = token('limited', {
  name: 'Mein Schlüssel 👍🏽',
  createdAt: 500,
  lastUsedAt: 4_000_000_000_000,
  requestCount: 7,
  expiresAt: 4_100_000_000_000,
  account: 'work',
  models: ['gpt-5', 'composer-2.5'],
  requestsPerMinute: 3,
});
const openFile = (file: string) => {
  const logger = createMemoryLogger();
  const store = openAccessTokenStore(file, logger);
  return { store, logger, [Symbol.dispose]: () => store.close() };
};

describe.each(['memory', 'SQLite'])('access tokens in %s', (kind) => {
  const open = () => {
    const folder = createTemporaryFolder();
    const logger = createMemoryLogger();
    const store =
      kind === 'memory'
        ? createMemoryAccessTokenStore()
        : openAccessTokenStore(folder.join('made', 'access-tokens.db'), logger);
    const dispose = () => {
      store.close();
      folder.remove();
    };
    return { store, logger, [Symbol.dispose]: dispose };
  };

  test('come back as they were, the oldest first', () => {
    using opened = open();
    const { store, logger } = opened;
    expect(store.list()).toEqual([]);
    expect([store.add(token('b')), store.add(token('a')), store.add(limited)]).toEqual([true, true, true]);
    expect(store.list()).toEqual([limited, token('b'), token('a')]);
    expect(logger.lines).toEqual([]);
  });

  test.each<[name: string, second: StoredAccessToken, isAdded: boolean]>([
    ['another id and name', token('b'), true],
    ['the same id', token('a', { name: 'other' }), false],
    ['the same name', token('b', { name: 'Café' }), false],
    ['the same name in other case', token('b', { name: 'CAFÉ' }), false],
    ['the same name, its accent apart', token('b', { name: 'Cafe\u0301' }), false],
  ])('are told apart: %s', (_name, second, isAdded) => {
    using opened = open();
    opened.store.add(token('a', { name: 'Café' }));
    expect(opened.store.add(second)).toBe(isAdded);
    expect(opened.store.list()).toHaveLength(isAdded ? 2 : 1);
  });

  test('are gone once removed, and their name is free', () => {
    using opened = open();
    const { store } = opened;
    store.add(token('a'));
    store.add(token('b'));
    expect([store.remove('a'), store.remove('a')]).toEqual([true, false]);
    expect(store.list()).toEqual([token('b')]);
    expect(store.add(token('c', { name: token('a').name }))).toBe(true);
  });

  test('count their uses', () => {
    using opened = open();
    const { store } = opened;
    store.add(token('a'));
    store.noteUse('a', 2, 5000);
    store.noteUse('a', 1, 3000);
    store.noteUse('gone', 1, 9000);
    expect(store.list()).toEqual([token('a', { requestCount: 3, lastUsedAt: 5000 })]);
  });

  test('can be replaced: what is limited stays, what was counted does not', () => {
    using opened = open();
    const { store } = opened;
    store.add(limited);
    const digest = 'f'.repeat(64);
    expect([store.replaceDigest('limited', digest, 600), store.replaceDigest('gone', digest, 600)]).toEqual([
      true,
      false,
    ]);
    expect(store.list()).toEqual([{ ...limited, digest, createdAt: 600, lastUsedAt: null, requestCount: 0 }]);
  });
});

describe('a file of access tokens', () => {
  test('tells of the changes of others alone', () => {
    using folder = createTemporaryFolder();
    using first = openFile(folder.join('access-tokens.db'));
    using second = openFile(folder.join('access-tokens.db'));
    const changes: readonly ((store: AccessTokenStore) => unknown)[] = [
      (store) => store.add(token('a')),
      (store) => store.noteUse('a', 1, 2000),
      (store) => store.replaceDigest('a', 'e'.repeat(64), 2),
      (store) => store.remove('a'),
    ];
    for (const change of changes) {
      const before = [first.store.version, second.store.version];
      change(first.store);
      expect(first.store.version).toBe(before[0]);
      expect(second.store.version).not.toBe(before[1]);
      expect(second.store.list()).toEqual(first.store.list());
    }
  });

  test('is its owner’s alone and outlives the process', () => {
    using folder = createTemporaryFolder();
    const file = folder.join('home', 'access-tokens.db');
    {
      using opened = openFile(file);
      opened.store.add(limited);
      expect(statSync(folder.join('home')).mode & 0o777).toBe(0o700);
      const names = readdirSync(folder.join('home'));
      expect(names).toContain('access-tokens.db-wal');
      for (const name of names) expect(statSync(folder.join('home', name)).mode & 0o777).toBe(0o600);
    }
    using opened = openFile(file);
    expect(opened.store.list()).toEqual([limited]);
  });

  test('that is damaged is moved aside, with a warning', () => {
    using folder = createTemporaryFolder();
    const text = 'This is no database at all. '.repeat(100);
    writeFileSync(folder.join('access-tokens.db'), text);
    {
      using opened = openFile(folder.join('access-tokens.db'));
      expect(opened.logger.lines).toEqual([expect.stringMatching(/^warn The access tokens in .* are lost/)]);
      expect(opened.store.add(token('a'))).toBe(true);
    }
    expect(readFileSync(folder.join('access-tokens.db.damaged'), 'utf8')).toBe(text);
    using again = openFile(folder.join('access-tokens.db'));
    expect([again.store.list(), again.logger.lines]).toEqual([[token('a')], []]);
  });

  test('that cannot be used leaves tokens in memory, with a warning, or fails for those who need it', () => {
    using folder = createTemporaryFolder();
    const file = folder.join('access-tokens.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    using opened = openFile(file);
    expect(opened.store.add(token('a'))).toBe(true);
    expect(opened.logger.lines).toEqual([expect.stringMatching(/^warn Only the default access token .*later version/)]);
    expect(() => openAccessTokenFile(file, createMemoryLogger())).toThrow(/later version/);
  });
});
