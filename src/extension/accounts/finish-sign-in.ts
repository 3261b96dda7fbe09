import { l10n, window } from 'vscode';
import type { AccountInfo } from '../../core/account.ts';
import type { Accounts } from '../../credentials/accounts/accounts.ts';
import { runApart, showNotice, showRemark } from '../notifications.ts';
import { describeOwner } from './describe-account.ts';

/** Says that an account was added, and asks about the default one where that is another. `doubt` takes the place of the good news. */
export const finishSignIn = (accounts: Accounts, added: AccountInfo, doubt: string | null = null): void => {
  if (doubt === null) showRemark(l10n.t('Signed in to Cursor: {0}', describeOwner(added)));
  else void showNotice({ severity: 'warning', message: doubt, actions: [] });
  if (!added.isDefault) runApart(() => offerAsDefault(accounts, added));
};

const offerAsDefault = async (accounts: Accounts, added: AccountInfo): Promise<void> => {
  const current = await accounts.current();
  const use = l10n.t('Use {0}', added.name);
  const chosen = await window.showInformationMessage(
    l10n.t('Requests go on using the account {0}.', current === null ? '' : current.name),
    use,
  );
  if (chosen !== use) return;
  await accounts.use(added.name);
  showRemark(l10n.t('Portside uses the Cursor account {0}', added.name));
};
