import { l10n, window } from 'vscode';
import type { Services } from '../services.ts';
import { setCursorApiKey } from './set-cursor-api-key.ts';
import { signInWithBrowser } from './sign-in-with-browser.ts';
import { signInWithEditor } from './sign-in-with-editor.ts';
import { type SignInWay, toSignInWays } from './sign-in-ways.ts';

/** Lets the user choose a way to sign in, and goes it. @throws GatewayError */
export const signIn = async (services: Services): Promise<void> => {
  const found = await services.readEditorSignIn();
  const chosen = await window.showQuickPick<SignInWay>(toSignInWays(found, l10n), {
    title: l10n.t('Sign In to Cursor'),
    placeHolder: l10n.t('Portside answers requests with your Cursor account. How do you want to sign in?'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return;
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
  }
};
