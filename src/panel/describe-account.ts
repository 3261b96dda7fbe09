import { assertNever } from '../core/assert-never.ts';
import type { AccountInfo } from '../core/account.ts';
import type { Localizer } from '../core/localizer.ts';

/** Where an account comes from, in words that follow a label. */
export const describeAccountSource = (source: AccountInfo['source'], l10n: Localizer): string => {
  switch (source) {
    case 'editor':
      return l10n.t("the Cursor editor's sign-in");
    case 'browser':
      return l10n.t('signed in with the browser');
    case 'key':
      return l10n.t('an API key');
    case 'environment':
      return l10n.t('CURSOR_API_KEY of the environment');
    default:
      return assertNever(source);
  }
};

/** An account's state in a sentence. `locale` writes dates; that of the process for none. */
export const describeAccountStatus = (
  { status, expiresAt }: Pick<AccountInfo, 'status' | 'expiresAt'>,
  l10n: Localizer,
  locale?: string,
): string => {
  const date = expiresAt === null ? '' : new Date(expiresAt).toLocaleDateString(locale, { dateStyle: 'medium' });
  switch (status) {
    case 'ready':
      return date === '' ? l10n.t('Ready.') : l10n.t('Ready until {0}.', date);
    case 'expiring':
      return l10n.t('The sign-in expires on {0}.', date);
    case 'expired':
      return date === '' ? l10n.t('The sign-in has expired.') : l10n.t('The sign-in expired on {0}.', date);
    case 'refused':
      return l10n.t('Cursor does not accept this sign-in any more.');
    case 'rate-limited':
      return l10n.t('Cursor limits the rate of requests for this account at the moment.');
    default:
      return assertNever(status);
  }
};

/** What to do about an account's state; `null` where there is nothing to do. */
export const describeAccountRemedy = (
  { source, status }: Pick<AccountInfo, 'source' | 'status'>,
  l10n: Localizer,
): string | null => {
  if (status === 'ready') return null;
  if (status === 'rate-limited') return l10n.t('Wait, or use another account.');
  switch (source) {
    case 'editor':
    case 'browser':
      return l10n.t('Sign in again.');
    case 'key':
      return l10n.t('Sign in again, with a valid key.');
    case 'environment':
      return l10n.t('Set a valid key in CURSOR_API_KEY, and start the editor anew.');
    default:
      return assertNever(source);
  }
};
