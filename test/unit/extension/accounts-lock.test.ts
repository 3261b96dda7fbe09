import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAccounts } from '../../../src/credentials/accounts/account-store.ts';
import { withFileLock } from '../../../src/credentials/accounts/file-lock.ts';
import { parseStoredAccounts } from '../../../src/credentials/accounts/stored-accounts-text.ts';
import { createAccountsLock } from '../../../src/extension/accounts/accounts-lock.ts';
import { createSecretAccountStore } from '../../../src/extension/accounts/secret-account-store.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createMemorySecretStorage } from './memory-secret-storage.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'portside-lock-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const createLock = (lock = withFileLock) => {
  const logger = createMemoryLogger();
  const withLock = createAccountsLock({ file: path.join(folder, 'new', 'accounts.lock'), withFileLock: lock, logger });
  return { withLock, logger };
};

const appoint =
  (name: string) =>
  ({ accounts, defaultName }: StoredAccounts): StoredAccounts => ({
    accounts,
    defaultName: defaultName === null ? name : `${defaultName} ${name}`,
  });

describe('the lock of accounts', () => {
  it('keeps every change of several windows', async () => {
    const storage = createMemorySecretStorage();
    const createStore = () =>
      createSecretAccountStore({
        storage,
        parse: parseStoredAccounts,
        withLock: createLock().withLock,
        onDamaged: () => undefined,
      });
    await Promise.all(['a', 'b', 'c'].map((name) => createStore().update(appoint(name))));
    const names = (await createStore().read()).defaultName?.split(' ');
    expect(names?.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('keeps nobody from changing accounts where there can be none', async () => {
    const { withLock, logger } = createLock(() => Promise.reject(new Error('no node:sqlite')));
    let changes = 0;
    await withLock(async () => void (changes += 1));
    expect(changes).toBe(1);
    expect(logger.lines.join()).toContain('no node:sqlite');
  });

  it('passes a failure of the change on, and does not make it twice', async () => {
    const { withLock } = createLock();
    let attempts = 0;
    const work = async (): Promise<void> => {
      attempts += 1;
      throw new Error('no such account');
    };
    await expect(withLock(work)).rejects.toThrow('no such account');
    expect(attempts).toBe(1);
  });
});
