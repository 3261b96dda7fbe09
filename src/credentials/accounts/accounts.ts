import type { AccountInfo, CursorProfile, IssuedKey } from '../../core/account.ts';
import type { CredentialSource } from '../../core/credential-source.ts';
import type { StoredAccount } from './account-store.ts';

/** An account to add. Where one of its name is there, it is replaced: that is how somebody signs in again. */
export interface NewAccount {
  /** Empty for a name made from the source and the email. */
  readonly name: string;
  readonly source: StoredAccount['source'];
  readonly key: Omit<IssuedKey, 'expiresAt'> & { readonly expiresAt: number | null };
  readonly plan: string | null;
}

/** The user's Cursor accounts: what the status bar, the panel and `portside auth` show and change, and what requests run on. */
export interface Accounts extends CredentialSource {
  /** In the order in which they are tried; that of the environment is among them. */
  list(): Promise<readonly AccountInfo[]>;
  /** What requests run on that name no account; `null` where there is none. */
  current(): Promise<AccountInfo | null>;
  /** Stores an account; it becomes the default where the user had chosen none, or has to sign in to that one again. */
  add(account: NewAccount): Promise<AccountInfo>;
  /**
   * Gives an account the key that `makeKey` makes. One that is signed out of meanwhile, or gets another key, stays as it is.
   * Gives whether the account has the new key.
   *
   * @throws whatever `makeKey` does
   */
  renew(name: string, makeKey: () => Promise<Pick<NewAccount, 'key' | 'plan'>>): Promise<boolean>;
  /** Makes an account the default. @throws GatewayError where there is none of this name */
  use(name: string): Promise<void>;
  /** Forgets an account and its key. @throws GatewayError where there is none, or it is the environment's */
  remove(name: string): Promise<void>;
  /** Takes note of whose key an account's is. */
  noteProfile(name: string, profile: CursorProfile): Promise<void>;
  /** Calls `listener` after each change, also of a status. Returns the function that ends this. */
  onDidChange(listener: () => void): () => void;
  /** Ends the watching of the store. */
  close(): void;
}
