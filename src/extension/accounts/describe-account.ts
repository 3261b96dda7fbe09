import type { AccountInfo } from '../../core/account.ts';
import type { Localizer } from '../../core/localizer.ts';
import { describeAccountStatus } from '../../panel/describe-account.ts';

/** Whose account it is, shortly: its email or else its name, and its plan. */
export const describeOwner = ({ name, email, plan }: AccountInfo): string =>
  `${email ?? name}${plan === null ? '' : ` (${plan})`}`;

/** What is to be said of an account's state; `null` where all is well. `locale` writes dates; the editor's own for none. */
export const describeStatus = (account: AccountInfo, l10n: Localizer, locale?: string): string | null =>
  account.status === 'ready' ? null : describeAccountStatus(account, l10n, locale);
