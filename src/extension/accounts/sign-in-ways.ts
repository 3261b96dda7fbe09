import { assertNever } from '../../core/assert-never.ts';
import type { EditorSignIn } from '../../credentials/editor-sign-in/editor-sign-in.ts';
import type { Localizer } from '../localizer.ts';

/** One way to sign in, as a row to choose. */
export interface SignInWay {
  readonly way: 'editor' | 'browser' | 'key';
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

/** The ways to sign in, in the order in which they are recommended. Pure. */
export const toSignInWays = (editor: EditorSignIn, l10n: Localizer): readonly SignInWay[] => [
  toEditorWay(editor, l10n),
  {
    way: 'browser',
    label: l10n.t('$(globe) Sign in with the browser'),
    description: '',
    detail: l10n.t("Opens Cursor's page. The key that Cursor makes for Portside is valid for 90 days."),
    isUsable: true,
  },
  {
    way: 'key',
    label: l10n.t('$(key) Use an API key'),
    description: '',
    detail: l10n.t('Takes a key that you have made in the Cursor Dashboard under Integrations.'),
    isUsable: true,
  },
];
