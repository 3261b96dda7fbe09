import { l10n, window } from 'vscode';
import type { AccountInfo } from '../../core/account.ts';
import { toKeyName } from '../../credentials/accounts/key-name.ts';
import type { Services } from '../services.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { signInWithBrowser } from './sign-in-with-browser.ts';
import { withCancellableProgress } from './with-cancellable-progress.ts';

const askForConsent = async (email: string | null): Promise<boolean> => {
  const use = l10n.t('Use This Account');
  const chosen = await window.showInformationMessage(
    l10n.t('Let Portside use the Cursor account {0}?', email ?? l10n.t('that the Cursor editor is signed in with')),
    {
      modal: true,
      detail: l10n.t(
        'Cursor will make an API key named "{0}" that is valid for 90 days. Portside keeps only this key, in the secret storage of this editor, and has a new one made before it expires. The sign-in of the Cursor editor is neither kept nor changed.\n\nYou can delete the key in the Cursor Dashboard at any time.',
        toKeyName(),
      ),
    },
    use,
  );
  return chosen === use;
};

/** Takes over the sign-in of the Cursor editor, after one consent. Where Cursor refuses that, the browser is offered. */
export const signInWithEditor = async (services: Services): Promise<void> => {
  const controller = new AbortController();
  const ended = Promise.withResolvers<void>();
  const showProgress = (): Promise<unknown> =>
    withCancellableProgress(l10n.t('Portside: Cursor makes a key for this account'), async (signal) => {
      signal.addEventListener('abort', () => controller.abort());
      await ended.promise;
    });
  let added: AccountInfo | 'declined';
  try {
    added = await services.connectEditorAccount({
      signal: controller.signal,
      async confirm(email) {
        const isAgreed = await askForConsent(email);
        if (isAgreed) void showProgress();
        return isAgreed;
      },
    });
  } catch (error) {
    ended.resolve();
    const failure = toGatewayFailure(error);
    if (failure === null) throw error;
    if (controller.signal.aborted) return;
    const browser = l10n.t('Sign In with the Browser');
    if ((await window.showErrorMessage(failure.message, browser)) === browser) await signInWithBrowser(services);
    return;
  }
  ended.resolve();
  if (added !== 'declined') finishSignIn(services.accounts, added);
};
