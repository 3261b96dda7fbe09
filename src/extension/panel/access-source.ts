import type { AccountInfo } from '../../core/account.ts';
import type { AccessTokenInfo } from '../../core/access-token.ts';
import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import type { ServicesHolder } from '../services.ts';
import { createThrottle } from './throttle.ts';

/** How often it is read again at most. */
const REFRESH_MS = 250;

/** Tokens and accounts, as they are at the moment. */
export interface AccessFacts {
  readonly tokens: readonly AccessTokenInfo[];
  readonly accounts: readonly AccountInfo[];
}

/** Reads tokens and accounts, and tells when they change after that. */
export interface AccessSource {
  /** Loads the server's code at the first use. @throws GatewayError */
  read(): Promise<AccessFacts>;
  /** Reads again soon, and tells when that is done. Loads the server's code at the first use. */
  refresh(): void;
  /** The default account as it was read last; `null` where there is none or none was read. */
  readonly account: AccountInfo | null;
  /** Whether it was read before. */
  readonly isOpen: boolean;
  dispose(): void;
}

/** Calls `onDidChange` after each change of what {@link AccessSource.read} has given: of accounts, once they were read again. */
export const createAccessSource = (
  services: Pick<ServicesHolder, 'open'>,
  onDidChange: () => void,
  onFailure: (error: unknown) => void,
): AccessSource => {
  let tokens: { readonly of: AccessTokens; readonly end: () => void } | null = null;
  let accounts: { readonly of: Accounts; readonly end: () => void } | null = null;
  let account: AccountInfo | null = null;
  let reads = 0;
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
      accounts = { of: nextAccounts, end: nextAccounts.onDidChange(refresh) };
    }
  };

  const read = async (): Promise<AccessFacts> => {
    reads += 1;
    const own = reads;
    const opened = await services.open();
    const { tokens: openedTokens } = await opened.openTokens();
    follow(openedTokens, opened.accounts);
    const known = await opened.accounts.list();
    const current = await opened.accounts.current();
    // Of several that overlap, the last one counts.
    if (own === reads) account = current;
    return { tokens: openedTokens.list(), accounts: known };
  };

  const readAgain = async (): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (!isDisposed) onFailure(error);
    }
    if (!isDisposed) onDidChange();
  };

  const throttle = createThrottle(REFRESH_MS, () => void readAgain());
  const refresh = (): void => {
    if (!isDisposed) throttle.call();
  };

  return {
    read,
    refresh,
    get account() {
      return account;
    },
    get isOpen() {
      return tokens !== null;
    },
    dispose() {
      isDisposed = true;
      throttle.cancel();
      tokens?.end();
      accounts?.end();
    },
  };
};
