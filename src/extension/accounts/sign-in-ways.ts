import { assertNever } from '../../core/assert-never.ts';
import type { AccountInfo } from '../../core/account.ts';
import type { EditorSignIn } from '../../credentials/editor-sign-in/editor-sign-in.ts';
import type { Localizer } from '../../core/localizer.ts';
import { describeAccountRemedy } from '../../panel/describe-account.ts';
import { describeOwner, describeStatus } from './describe-account.ts';

/** One way to sign in, as a row to choose. */
export interface SignInWay {
  readonly way: 'editor' | 'browser' | 'key' | 'environment';
  readonly label: string;
  /** Its state. */
  readonly description: string;
  /** What happens when it is chosen; where it cannot be used, what to do about it. */
  readonly detail: string;
  readonly isUsable: boolean;
}

const toEditorWay = (found: EditorSignIn, l10n: Localizer): SignInWay => {
  const row = (description: string, detail: string, isUsable = false): SignInWay => ({
    way: 'editor',
    label: l10n.t("$(account) Use the Cursor editor's sign-in"),
    description,
    detail,
    isUsable,
  });
  switch (found.status) {
    case 'signed-in': {
      const owner = found.email ?? l10n.t('signed in');
      return row(
        found.plan === null ? owner : `${owner} (${found.plan})`,
        l10n.t('Asks for your consent, then has Cursor make a key for Portside.'),
        true,
      );
    }
    case 'signed-out':
      return row(
        l10n.t('signed out'),
        l10n.t('Nobody is signed in to the Cursor editor. Sign in there first, or sign in with the browser.'),
      );
    case 'not-found':
      return row(
        l10n.t('not found'),
        l10n.t(
          'There is no Cursor editor at {0}. Sign in with the browser, or name its folder in the setting portside.cursorDataFolder.',
          found.path,
        ),
      );
    case 'remote':
      return row(
        l10n.t('on the other machine'),
        l10n.t(
          'This window works on another machine than the one in front of you, where the Cursor editor keeps its sign-in. Sign in with the browser.',
        ),
      );
    case 'unreadable':
      return row(l10n.t('cannot be read'), found.reason);
    default:
      return assertNever(found);
  }
};

/** The accounts that have come one way, each with what is to be said of it. */
const describeAccounts = (accounts: readonly AccountInfo[], l10n: Localizer): string =>
  accounts
    .map((account) =>
      [
        describeOwner(account),
        ...(account.isDefault ? [l10n.t('in use')] : []),
        ...[describeStatus(account, l10n), describeAccountRemedy(account, l10n)].filter((words) => words !== null),
      ].join(' · '),
    )
    .join(' | ');

const toEnvironmentWay = (account: AccountInfo | undefined, l10n: Localizer): SignInWay => {
  const row = (description: string, detail: string, isUsable: boolean): SignInWay => ({
    way: 'environment',
    label: l10n.t('$(terminal) Use CURSOR_API_KEY'),
    description,
    detail,
    isUsable,
  });
  if (account === undefined) {
    return row(
      l10n.t('not set'),
      l10n.t('Set this variable to an API key before the editor starts, and Portside uses it.'),
      false,
    );
  }
  const status = describeStatus(account, l10n);
  const remedy = describeAccountRemedy(account, l10n);
  const description = [account.isDefault ? l10n.t('set, in use') : l10n.t('set'), ...(status === null ? [] : [status])];
  if (remedy !== null) return row(description.join(' · '), remedy, false);
  return account.isDefault
    ? row(description.join(' · '), l10n.t('Requests use it already.'), false)
    : row(description.join(' · '), l10n.t('Has requests use the key that the editor was started with.'), true);
};

/** The ways to sign in, each with the accounts that it has given, in the order in which they are recommended. Pure. */
export const toSignInWays = (
  editor: EditorSignIn,
  accounts: readonly AccountInfo[],
  l10n: Localizer,
): readonly SignInWay[] => {
  const from = (source: AccountInfo['source']): readonly AccountInfo[] =>
    accounts.filter((account) => account.source === source);
  const editorWay = toEditorWay(editor, l10n);
  const taken = describeAccounts(from('editor'), l10n);
  return [
    taken === ''
      ? editorWay
      : { ...editorWay, description: l10n.t('{0}; Portside has: {1}', editorWay.description, taken) },
    {
      way: 'browser',
      label: l10n.t('$(globe) Sign in with the browser'),
      description: describeAccounts(from('browser'), l10n) || l10n.t('not signed in'),
      detail: l10n.t("Opens Cursor's page. The key that Cursor makes for Portside is valid for 90 days."),
      isUsable: true,
    },
    {
      way: 'key',
      label: l10n.t('$(key) Use an API key'),
      description: describeAccounts(from('key'), l10n) || l10n.t('none set'),
      detail: l10n.t('Takes a key that you have made in the Cursor Dashboard under Integrations.'),
      isUsable: true,
    },
    toEnvironmentWay(from('environment')[0], l10n),
  ];
};
