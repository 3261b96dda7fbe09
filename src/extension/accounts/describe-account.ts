import { assertNever } from '../../core/assert-never.ts';
import type { AccountInfo } from '../../core/account.ts';
import type { Localizer } from '../../core/localizer.ts';

/** Where an account comes from, in words. */
export const describeSource = (source: AccountInfo['source'], l10n: Localizer): string => {
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

/** Whose account it is, shortly: its email or else its name, and its plan. */
export const describeOwner = ({ name, email, plan }: AccountInfo): string =>
  `${email ?? name}${plan === null ? '' : ` (${plan})`}`;

/** What is to be said of an account's state; `null` where all is well. `locale` writes dates; the editor's own for none. */
export const describeStatus = (account: AccountInfo, l10n: Localizer, locale?: string): string | null => {
  const date = account.expiresAt === null ? '' : new Date(account.expiresAt).toLocaleDateString(locale);
  switch (account.status) {
    case 'ready':
      return null;
    case 'expiring':
      return l10n.t('The sign-in expires on {0}.', date);
    case 'expired':
      return date === '' ? l10n.t('The sign-in has expired.') : l10n.t('The sign-in expired on {0}.', date);
    case 'refused':
      return l10n.t('Cursor does not accept this sign-in any more.');
    case 'rate-limited':
      return l10n.t('Cursor limits the rate of requests for this account at the moment.');
    default:
      return assertNever(account.status);
  }
};

/** What to do about an account's state; `null` where there is nothing to do. */
export const describeRemedy = ({ source, status }: AccountInfo, l10n: Localizer): string | null => {
  switch (status) {
    case 'ready':
      return null;
    case 'rate-limited':
      return l10n.t('Wait, or use another account.');
    case 'expiring':
    case 'expired':
    case 'refused':
      break;
    default:
      return assertNever(status);
  }
  switch (source) {
    case 'editor':
    case 'browser':
      return l10n.t('Sign in again.');
    case 'key':
      return l10n.t('Set a valid key: Portside: Set Cursor API Key.');
    case 'environment':
      return l10n.t('Set a valid key in CURSOR_API_KEY, and start the editor anew.');
    default:
      return assertNever(source);
  }
};
