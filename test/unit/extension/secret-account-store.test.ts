import { describe, expect, it } from 'vitest';
import type { StoredAccount, StoredAccounts } from '../../../src/credentials/accounts/account-store.ts';
import { parseStoredAccounts } from '../../../src/credentials/accounts/stored-accounts-text.ts';
import { countStoredAccounts } from '../../../src/extension/accounts/count-stored-accounts.ts';
import { createSecretAccountStore } from '../../../src/extension/accounts/secret-account-store.ts';
import { createMemorySecretStorage } from './memory-secret-storage.ts';

const ENTRY = 'portside.accounts';

const stored = (name: string): StoredAccount => ({
  name,
  source: 'key',
  apiKey: `crsr_${name}`,
  email: null,
  plan: null,
  createdAt: 1,
  expiresAt: null,
  backendUrl: '',
});

const add =
  (name: string) =>
  (present: StoredAccounts): StoredAccounts => ({ ...present, accounts: [...present.accounts, stored(name)] });

type WithLock = (work: () => Promise<void>) => Promise<void>;

/** What a lock file does for windows, within one process. */
const createLock = (): WithLock => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
};

const createStore = (storage: ReturnType<typeof createMemorySecretStorage>, withLock: WithLock = createLock()) => {
  const damages: number[] = [];
  const store = createSecretAccountStore({
    storage,
    parse: parseStoredAccounts,
    withLock,
    onDamaged: () => damages.push(damages.length + 1),
  });
  return { store, damages };
};

const namesIn = ({ accounts }: StoredAccounts): readonly string[] => accounts.map(({ name }) => name);

describe('accounts in the secret storage', () => {
  it('are one entry, which goes with the last account', async () => {
    const storage = createMemorySecretStorage();
    const { store } = createStore(storage);
    expect(await store.read()).toEqual({ accounts: [], defaultName: null });
    await store.update(add('one'));
    await store.update((present) => ({ ...present, defaultName: 'one' }));
    expect([...storage.values.keys()]).toEqual([ENTRY]);
    expect(await store.read()).toEqual({ accounts: [stored('one')], defaultName: 'one' });
    await store.update(() => ({ accounts: [], defaultName: null }));
    expect(storage.values.size).toBe(0);
  });

  it('lose no change of two at once', async () => {
    const { store } = createStore(createMemorySecretStorage());
    await Promise.all([store.update(add('one')), store.update(add('two'))]);
    expect(namesIn(await store.read())).toEqual(['one', 'two']);
  });

  it('lose no change of two windows at once', async () => {
    const storage = createMemorySecretStorage();
    const withLock = createLock();
    const windows = [createStore(storage, withLock), createStore(storage, withLock)];
    await Promise.all(windows.map(({ store }, index) => store.update(add(`window-${index}`))));
    for (const { store } of windows) expect(namesIn(await store.read())).toEqual(['window-0', 'window-1']);
  });

  it('are not listened to any more by a store that has ended', async () => {
    const storage = createMemorySecretStorage();
    const { store } = createStore(storage);
    let changes = 0;
    store.onDidChange(() => (changes += 1));
    store.dispose();
    await createStore(storage).store.update(add('later'));
    expect(changes).toBe(0);
  });

  it('are read once, until any window changes them', async () => {
    const storage = createMemorySecretStorage();
    let reads = 0;
    const { store } = createStore({
      ...storage,
      get: async (key) => {
        reads += 1;
        return storage.get(key);
      },
    });
    await store.read();
    await store.read();
    expect(reads).toBe(1);
    const { store: other } = createStore(storage);
    let changes = 0;
    const stopListening = store.onDidChange(() => (changes += 1));
    await other.update(add('elsewhere'));
    expect(namesIn(await store.read())).toEqual(['elsewhere']);
    expect({ reads, changes }).toEqual({ reads: 2, changes: 1 });
    stopListening();
    await other.update(add('later'));
    expect(changes).toBe(1);
  });

  it('are not written where nothing changes or the change fails', async () => {
    const storage = createMemorySecretStorage();
    const { store } = createStore(storage);
    await store.update((present) => present);
    await expect(
      store.update(() => {
        throw new Error('no such account');
      }),
    ).rejects.toThrow('no such account');
    expect(storage.values.size).toBe(0);
    await store.update(add('one'));
    expect(namesIn(await store.read())).toEqual(['one']);
  });

  it.each(['not JSON', '{"accounts":[{"name":1}],"defaultName":null}', '[]', ''])(
    'are put aside where they are damaged, and said so: %j',
    async (text) => {
      const storage = createMemorySecretStorage({ [ENTRY]: text });
      const { store, damages } = createStore(storage);
      expect(await store.read()).toEqual({ accounts: [], defaultName: null });
      expect(await store.read()).toEqual({ accounts: [], defaultName: null });
      expect(damages).toEqual([1]);
      expect([...storage.values]).toEqual([['portside.accounts.damaged', text]]);
      await store.update(add('one'));
      expect(namesIn(await store.read())).toEqual(['one']);
    },
  );

  it('are put aside beside those that were damaged before', async () => {
    const storage = createMemorySecretStorage();
    for (const text of ['first', 'second', 'first']) {
      await storage.store(ENTRY, text);
      await createStore(storage).store.read();
    }
    expect(Object.fromEntries(storage.values)).toEqual({
      'portside.accounts.damaged': 'first',
      'portside.accounts.damaged-2': 'second',
    });
  });

  it('can be read after a storage has opened up', async () => {
    const storage = createMemorySecretStorage();
    let isLocked = true;
    const { store } = createStore({
      ...storage,
      get: async (key) => (isLocked ? Promise.reject(new Error('locked')) : storage.get(key)),
    });
    await expect(store.read()).rejects.toThrow('locked');
    isLocked = false;
    expect(await store.read()).toEqual({ accounts: [], defaultName: null });
  });

  it.each([
    [undefined, 0],
    ['', 0],
    ['null', 0],
    ['{"accounts":3}', 0],
    ['{"accounts":[],"defaultName":"environment"}', 0],
    ['{"accounts":[{},{}],"defaultName":null}', 2],
  ])('are counted without the schema: %j: %i', (text, count) => {
    expect(countStoredAccounts(text)).toBe(count);
  });
});
