import { l10n, window } from 'vscode';
import { assertNever } from '../../core/assert-never.ts';
import { ENVIRONMENT_ACCOUNT } from '../../credentials/accounts/account-names.ts';
import { showNotice, showRemark } from '../notifications.ts';
import type { Services } from '../services.ts';
import { setCursorApiKey } from './set-cursor-api-key.ts';
import { signInWithBrowser } from './sign-in-with-browser.ts';
import { signInWithEditor } from './sign-in-with-editor.ts';
import { type SignInWay, toSignInWays } from './sign-in-ways.ts';

/** Apart, so that the session's token of the editor is let go of before anything is asked. */
const readWays = async ({ accounts, readEditorSignIn }: Services): Promise<readonly SignInWay[]> =>
  toSignInWays(await readEditorSignIn(), await accounts.list(), l10n);

/** Lets the user choose a way to sign in, and goes it. @throws GatewayError */
export const signIn = async (services: Services): Promise<void> => {
  const ways = await readWays(services);
  const chosen = await window.showQuickPick<SignInWay>(ways, {
    title: l10n.t('Sign In to Cursor'),
    placeHolder: l10n.t('Portside answers requests with your Cursor account. How do you want to sign in?'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return;
  if (!chosen.isUsable && chosen.way === 'environment') {
    void showNotice({ severity: 'info', message: chosen.detail, actions: [] });
    return;
  }
  if (!chosen.isUsable) {
    const browser = l10n.t('Sign In with the Browser');
    const next = await window.showWarningMessage(chosen.detail, browser);
    if (next === browser) await signInWithBrowser(services);
    return;
  }
  switch (chosen.way) {
    case 'editor':
      await signInWithEditor(services);
      return;
    case 'browser':
      await signInWithBrowser(services);
      return;
    case 'key':
      await setCursorApiKey(services);
      return;
    case 'environment':
      await services.accounts.use(ENVIRONMENT_ACCOUNT);
      showRemark(l10n.t('Portside uses the Cursor account {0}', ENVIRONMENT_ACCOUNT));
      return;
    default:
      assertNever(chosen.way);
  }
};
