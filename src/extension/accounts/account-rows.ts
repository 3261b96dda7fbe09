import type { AccountInfo } from '../../core/account.ts';
import type { Localizer } from '../../core/localizer.ts';
import { describeAccountRemedy, describeAccountSource } from '../../panel/describe-account.ts';
import { describeOwner, describeStatus } from './describe-account.ts';

/** An account as a row to choose. */
export interface AccountRow {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** Rows for accounts; the default one is marked. Pure. */
export const toAccountRows = (accounts: readonly AccountInfo[], l10n: Localizer): readonly AccountRow[] =>
  accounts.map((account) => {
    const sentences = [describeStatus(account, l10n), describeAccountRemedy(account, l10n)].filter(
      (each) => each !== null,
    );
    return {
      name: account.name,
      label: `${account.isDefault ? '$(check) ' : ''}${account.name}`,
      description: describeOwner(account) === account.name ? '' : describeOwner(account),
      detail: `${describeAccountSource(account.source, l10n)}${sentences.length === 0 ? '' : `. ${sentences.join(' ')}`}`,
    };
  });
