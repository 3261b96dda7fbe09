import type { AccountSource } from '../../core/account.ts';

/** An account with its key, as it is stored: a secret. */
export interface StoredAccount {
  readonly name: string;
  /** `environment` is never stored. */
  readonly source: Exclude<AccountSource, 'environment'>;
  readonly apiKey: string;
  readonly email: string | null;
  readonly plan: string | null;
  /** Milliseconds since 1970, as `expiresAt`. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** The address of the service that the key is for; empty for Cursor's own. */
  readonly backendUrl: string;
}

/** All that is stored, read and written as a whole, so that nobody ever sees half a change. */
export interface StoredAccounts {
  readonly accounts: readonly StoredAccount[];
  /** What the user has chosen, which may be `environment`; `null` where they have not. */
  readonly defaultName: string | null;
}

export const NO_ACCOUNTS: StoredAccounts = { accounts: [], defaultName: null };

/** Where accounts are kept: the editor's secret storage, or a file of the command's. */
export interface AccountStore {
  /** Cheap where nothing has changed: asked for each request. What is damaged is reported, never lost in silence. */
  read(): Promise<StoredAccounts>;
  /** Writes what `change` makes of the present state; two changes at once never lose one another. */
  update(change: (present: StoredAccounts) => StoredAccounts): Promise<void>;
  /** Calls `listener` after each change, those of other windows and processes included. Returns the function that ends this. */
  onDidChange(listener: () => void): () => void;
}
