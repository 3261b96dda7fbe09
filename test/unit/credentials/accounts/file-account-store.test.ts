import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { StoredAccount } from '../../../../src/credentials/accounts/account-store.ts';
import { createFileAccountStore } from '../../../../src/credentials/accounts/file-account-store.ts';
import { startChild } from '../../../support/child-process.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

const account: StoredAccount = {
  name: 'work',
  source: 'browser',
  apiKey: 'crsr_1',
  email: 'ada@example.com',
  plan: null,
  createdAt: 1,
  expiresAt: 2,
  backendUrl: '',
};
const one = { accounts: [account], defaultName: 'work' };

const createStore = () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const file = folder.join('home', 'accounts.json');
  const logger = createMemoryLogger();
  return { file, logger, store: createFileAccountStore(file, logger), home: path.dirname(file) };
};

const startUpdater = (file: string, prefix: string, manner = '') =>
  startChild({
    args: [path.join(import.meta.dirname, 'update-accounts.ts'), file, prefix, manner],
    cwd: import.meta.dirname,
    env: process.env,
  });

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test('what is stored is its owner’s alone, and read by the next process', async () => {
  const { file, store, home, logger } = createStore();
  expect(await store.read()).toEqual({ accounts: [], defaultName: null });
  await store.update(() => one);
  expect(await store.read()).toEqual(one);
  expect(await createFileAccountStore(file, logger).read()).toEqual(one);
  expect(readdirSync(home).toSorted()).toEqual(['accounts.json', 'accounts.json.lock']);
  expect([home, file, `${file}.lock`].map(modeOf)).toEqual(['700', '600', '600']);
  expect(statSync(`${file}.lock`).size).toBe(0);
  expect(logger.lines).toEqual([]);
});

test('a file that others could read is closed to them', async () => {
  const { file, store } = createStore();
  await store.update(() => one);
  chmodSync(file, 0o644);
  expect(await store.read()).toEqual(one);
  expect(modeOf(file)).toBe('600');
});

test('nothing is read again or written where nothing has changed', async () => {
  const { file, store } = createStore();
  await store.update(() => one);
  const first = await store.read();
  const { mtimeMs, ino } = statSync(file);
  const changes = vi.fn();
  onTestFinished(store.onDidChange(changes));
  await store.update((present) => present);
  expect(await store.read()).toBe(first);
  expect(statSync(file)).toMatchObject({ mtimeMs, ino });
  expect(changes).not.toHaveBeenCalled();
});

test('a failed change changes nothing and lets the next one in', async () => {
  const { store } = createStore();
  await store.update(() => one);
  const failure = store.update(() => {
    throw new TypeError('no');
  });
  await expect(failure).rejects.toThrow('no');
  expect(await store.read()).toEqual(one);
  await store.update(() => ({ ...one, defaultName: null }));
  expect((await store.read()).defaultName).toBeNull();
});

test('two processes and ten callers in this one change it at once, and no change is lost', async () => {
  const { file, store } = createStore();
  await using other = startUpdater(file, 'a');
  await using third = startUpdater(file, 'b');
  await Promise.all([other.waitForLine(), third.waitForLine()]);
  const add = (name: string) =>
    store.update((present) => ({ ...present, accounts: [...present.accounts, { ...account, name }] }));
  await Promise.all(Array.from({ length: 10 }, (_, count) => add(`c${count}`)));
  expect(await Promise.all([other.waitForExit(), third.waitForExit()])).toEqual([0, 0]);
  const names = (await store.read()).accounts.map(({ name }) => name);
  expect(names).toHaveLength(60);
  expect(new Set(names).size).toBe(60);
  expect(readdirSync(path.dirname(file)).toSorted()).toEqual(['accounts.json', 'accounts.json.lock']);
});

test('a process that dies while it changes the file keeps nobody out', async () => {
  const { file, store } = createStore();
  await store.update(() => one);
  await using other = startUpdater(file, 'a', 'die');
  expect(await other.waitForExit()).toBeNull();
  expect(await store.read()).toEqual(one);
  await store.update((present) => ({ ...present, defaultName: null }));
  expect((await store.read()).defaultName).toBeNull();
});

test('changes are heard of, also those of other processes, until nobody listens', async () => {
  const { file, store } = createStore();
  const changes = vi.fn();
  const dispose = store.onDidChange(changes);
  await store.update(() => one);
  expect(changes).toHaveBeenCalledTimes(1);
  await using other = startUpdater(file, 'a');
  await other.waitForLine();
  await vi.waitFor(() => expect(changes.mock.calls.length).toBeGreaterThan(1), { timeout: 5_000, interval: 20 });
  expect(await other.waitForExit()).toBe(0);
  dispose();
  const { length } = changes.mock.calls;
  await store.update(() => one);
  expect(changes).toHaveBeenCalledTimes(length);
});

test.each([
  ['empty', ''],
  ['cut off', '{"accounts":[{"name":"wo'],
  ['of another form', '{"accounts":[{"name":"work"}],"defaultName":null}'],
  ['binary', '\0\u0001\ufffd'],
])('a damaged file (%s) is moved aside with a warning, by readers and writers', async (_how, text) => {
  const { file, store, logger, home } = createStore();
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(file, text);
  expect(await store.read()).toEqual({ accounts: [], defaultName: null });
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(text);
  writeFileSync(file, text);
  await store.update(() => one);
  expect(readFileSync(`${file}.damaged-2`, 'utf8')).toBe(text);
  expect(await store.read()).toEqual(one);
  expect(logger.lines).toHaveLength(2);
  expect(logger.lines[0]).toContain(`${file}.damaged`);
});

test('a folder that cannot be used is named', async () => {
  const { file, store, home } = createStore();
  writeFileSync(home, '');
  await expect(store.read()).rejects.toThrow(`${file} cannot be used (ENOTDIR)`);
  await expect(store.update(() => one)).rejects.toThrow(`${file} cannot be used (EEXIST)`);
});
