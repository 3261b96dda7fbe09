import { type AccountStore, NO_ACCOUNTS, type StoredAccounts } from './account-store.ts';

/** Accounts that last as long as this process: for tests, and for a server on the simulator. */
export const createMemoryAccountStore = (initial: StoredAccounts = NO_ACCOUNTS): AccountStore => {
  let present = initial;
  const listeners = new Set<() => void>();
  return {
    read: async () => present,
    async update(change) {
      const next = change(present);
      if (next === present) return;
      present = next;
      for (const listener of listeners) listener();
    },
    onDidChange(listener) {
      const call = (): void => listener();
      listeners.add(call);
      return () => {
        listeners.delete(call);
      };
    },
  };
};
