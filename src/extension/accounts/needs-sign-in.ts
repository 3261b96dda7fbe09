import type { AccountInfo } from '../../core/account.ts';

/** Whether requests that name no account will be refused until somebody signs in. */
export const needsSignIn = (account: AccountInfo | null): boolean =>
  account === null || account.status === 'expired' || account.status === 'refused';
