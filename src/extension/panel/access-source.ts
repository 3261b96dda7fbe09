import type { AccountInfo } from '../../core/account.ts';
import type { AccessTokenInfo } from '../../core/access-token.ts';
import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import type { ServicesHolder } from '../services.ts';

/** Tokens and accounts, as they are at the moment. */
export interface AccessFacts {
  readonly tokens: readonly AccessTokenInfo[];
  readonly accounts: readonly AccountInfo[];
}

/** Reads tokens and accounts, and tells when they change after that. */
export interface AccessSource {
  /** Loads the server's code at the first use. @throws GatewayError */
  read(): Promise<AccessFacts>;
  /** The default account as it was read last; `null` where there is none or none was read. */
  readonly account: AccountInfo | null;
  /** Whether it was read before. */
  readonly isOpen: boolean;
  dispose(): void;
}

/** Calls `onDidChange` after each change of what {@link AccessSource.read} has given. */
export const createAccessSource = (services: Pick<ServicesHolder, 'open'>, onDidChange: () => void): AccessSource => {
  let tokens: { readonly of: AccessTokens; readonly end: () => void } | null = null;
  let accounts: { readonly of: Accounts; readonly end: () => void } | null = null;
  let account: AccountInfo | null = null;
  let isDisposed = false;

  const follow = (nextTokens: AccessTokens, nextAccounts: Accounts): void => {
    if (isDisposed) return;
    if (tokens?.of !== nextTokens) {
      tokens?.end();
      tokens = { of: nextTokens, end: nextTokens.onDidChange(onDidChange) };
    }
    // Another service in the settings has accounts of its own.
    if (accounts?.of !== nextAccounts) {
      accounts?.end();
      accounts = { of: nextAccounts, end: nextAccounts.onDidChange(onDidChange) };
    }
  };

  return {
    async read() {
      const opened = await services.open();
      const { tokens: openedTokens } = await opened.openTokens();
      follow(openedTokens, opened.accounts);
      const known = await opened.accounts.list();
      account = await opened.accounts.current();
      return { tokens: openedTokens.list(), accounts: known };
    },
    get account() {
      return account;
    },
    get isOpen() {
      return tokens !== null;
    },
    dispose() {
      isDisposed = true;
      tokens?.end();
      accounts?.end();
    },
  };
};
