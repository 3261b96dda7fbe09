import { type QuickPickItem, l10n, window } from 'vscode';
import type { AccountInfo } from '../../core/account.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import type { Services } from '../services.ts';
import { toUnusableNotice } from '../notices.ts';
import { showNotice, showRemark } from '../notifications.ts';
import { toAccountRows } from './account-rows.ts';
import { describeOwner } from './describe-account.ts';
import { needsSignIn } from './needs-sign-in.ts';
import { signIn } from './sign-in.ts';

/** Makes an account the one of requests that name none, and says what comes of it. @throws GatewayError */
export const useAccount = async (accounts: Accounts, name: string): Promise<void> => {
  await accounts.use(name);
  const current = await accounts.current();
  if (needsSignIn(current) && current !== null) {
    void showNotice(toUnusableNotice(current, l10n));
    return;
  }
  showRemark(l10n.t('Portside uses the Cursor account {0}', name));
};

/** Lets the user choose the account of requests that name none. @throws GatewayError */
export const switchAccount = async (services: Services): Promise<void> => {
  const { accounts } = services;
  const rows = toAccountRows(await accounts.list(), l10n);
  const another: QuickPickItem & { name?: string } = { label: l10n.t('$(add) Sign in to another account…') };
  const chosen = await window.showQuickPick([...rows, another], {
    title: l10n.t('Switch Cursor Account'),
    placeHolder: l10n.t('Requests use this account unless they, or their access token, name another.'),
  });
  if (chosen === undefined) return;
  if (chosen.name === undefined) {
    await signIn(services);
    return;
  }
  await useAccount(accounts, chosen.name);
};

const chooseStoredAccount = async (stored: readonly AccountInfo[]): Promise<AccountInfo | null> => {
  const [only] = stored;
  if (stored.length === 1 && only !== undefined) return only;
  const chosen = await window.showQuickPick(toAccountRows(stored, l10n), {
    title: l10n.t('Sign Out'),
    placeHolder: l10n.t('Which account is Portside to forget?'),
  });
  return stored.find(({ name }) => name === chosen?.name) ?? null;
};

/** Forgets an account and its key, after a question. @throws GatewayError */
export const removeAccount = async (accounts: Accounts, account: AccountInfo): Promise<void> => {
  if (account.source === 'environment') {
    showRemark(l10n.t('The account comes from CURSOR_API_KEY: take that variable away'));
    return;
  }
  const confirm = l10n.t('Sign Out');
  const chosen = await window.showWarningMessage(
    l10n.t('Sign out of {0}?', describeOwner(account)),
    {
      modal: true,
      detail: l10n.t(
        'Portside forgets its key, and requests that need this account fail. To make the key itself worthless, delete it in the Cursor Dashboard under Integrations.',
      ),
    },
    confirm,
  );
  if (chosen !== confirm) return;
  await accounts.remove(account.name);
  const next = await accounts.current();
  showRemark(
    next === null
      ? l10n.t('Signed out of Cursor')
      : l10n.t('Signed out. Portside uses the Cursor account {0} now', next.name),
  );
};

/** Forgets an account and its key, after the question which one. @throws GatewayError */
export const signOut = async ({ accounts }: Services): Promise<void> => {
  const all = await accounts.list();
  const stored = all.filter(({ source }) => source !== 'environment');
  if (stored.length === 0) {
    showRemark(
      all.length === 0
        ? l10n.t('Portside is not signed in to Cursor')
        : l10n.t('The account comes from CURSOR_API_KEY: take that variable away'),
    );
    return;
  }
  const account = await chooseStoredAccount(stored);
  if (account !== null) await removeAccount(accounts, account);
};
