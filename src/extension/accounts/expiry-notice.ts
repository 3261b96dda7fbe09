import type { AccountInfo } from '../../core/account.ts';
import type { Localizer } from '../../core/localizer.ts';
import type { Notice } from '../notices.ts';
import { describeOwner, describeStatus } from './describe-account.ts';

/** What to say of an account that only its user can renew. Pure. `locale` writes dates. */
export const toExpiryNotice = (account: AccountInfo, l10n: Localizer, locale?: string): Notice => ({
  severity: 'warning',
  message: l10n.t(
    'Cursor account {0}: {1}',
    describeOwner(account),
    describeStatus(account, l10n, locale) ?? l10n.t('The sign-in ends soon.'),
  ),
  actions: [{ title: l10n.t('Sign In Again'), command: 'portside.signIn' }],
});
