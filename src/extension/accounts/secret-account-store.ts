import type { SecretStorage } from 'vscode';
import type { AccountStore, StoredAccounts } from '../../credentials/accounts/account-store.ts';

/** One entry for all accounts: several windows never see half a change. */
export const ACCOUNTS_ENTRY = 'portside.accounts';

/** Where what could not be read is put, so that it is not lost. */
const DAMAGED_ENTRY = 'portside.accounts.damaged';

export interface SecretAccountStoreOptions {
  readonly storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;
  /** `null` where the text is damaged. */
  readonly parse: (text: string) => StoredAccounts | null;
  /** Does `work` while no other window changes accounts. */
  readonly withLock: (work: () => Promise<void>) => Promise<void>;
  /** Called when damaged accounts have been put aside; there are none then. */
  readonly onDamaged: () => void;
}

/** Accounts in the editor's secret storage. */
export interface SecretAccountStore extends AccountStore {
  /** Ends the listening to the secret storage. */
  dispose(): void;
}

/** Keeps accounts in the editor's secret storage, which all windows share. */
export const createSecretAccountStore = ({
  storage,
  parse,
  withLock,
  onDamaged,
}: SecretAccountStoreOptions): SecretAccountStore => {
  let reading: Promise<StoredAccounts> | null = null;
  let lastUpdate: Promise<void> = Promise.resolve();

  /** Never over what was put aside before. */
  const putAside = async (text: string): Promise<void> => {
    let entry = DAMAGED_ENTRY;
    for (let count = 2; ![undefined, text].includes(await storage.get(entry)); count += 1) {
      entry = `${DAMAGED_ENTRY}-${count}`;
    }
    await storage.store(entry, text);
  };

  const readAnew = async (): Promise<StoredAccounts> => {
    const text = await storage.get(ACCOUNTS_ENTRY);
    if (text === undefined) return { accounts: [], defaultName: null };
    const accounts = parse(text);
    if (accounts !== null) return accounts;
    await putAside(text);
    await storage.delete(ACCOUNTS_ENTRY);
    onDamaged();
    return { accounts: [], defaultName: null };
  };

  const read = (): Promise<StoredAccounts> => {
    if (reading !== null) return reading;
    const attempt = readAnew();
    reading = attempt;
    // A storage that is locked may open up.
    attempt.catch(() => {
      if (reading === attempt) reading = null;
    });
    return attempt;
  };

  // As long as the store itself, so that what was read never outlives a change.
  const listeners = new Set<() => void>();
  const subscription = storage.onDidChange(({ key }) => {
    if (key !== ACCOUNTS_ENTRY) return;
    reading = null;
    for (const listener of listeners) listener();
  });

  const write = async (change: (present: StoredAccounts) => StoredAccounts): Promise<void> => {
    reading = null;
    const present = await read();
    const next = change(present);
    if (next === present) return;
    if (next.accounts.length === 0 && next.defaultName === null) await storage.delete(ACCOUNTS_ENTRY);
    else await storage.store(ACCOUNTS_ENTRY, JSON.stringify(next));
    reading = null;
  };

  return {
    read,
    update(change) {
      const done = lastUpdate.then(() => withLock(() => write(change)));
      lastUpdate = done.catch(() => undefined);
      return done;
    },
    onDidChange(listener) {
      const call = (): void => listener();
      listeners.add(call);
      return () => {
        listeners.delete(call);
      };
    },
    dispose() {
      subscription.dispose();
      listeners.clear();
    },
  };
};
