import { ProgressLocation, Uri, env, l10n, window } from 'vscode';
import type { IssuedKey } from '../../core/account.ts';
import type { Services } from '../services.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { toKeyName } from '../../credentials/accounts/key-name.ts';

/** Opens the page of a sign-in; offers its address where that cannot be done, as on a machine without a browser. */
const openPage = async (url: string): Promise<void> => {
  if (await env.openExternal(Uri.parse(url, true))) return;
  const copy = l10n.t('Copy Link');
  const chosen = await window.showWarningMessage(
    l10n.t('The page of the sign-in was not opened. Copy its link, and open it in a browser of your own.'),
    copy,
  );
  if (chosen === copy) await env.clipboard.writeText(url);
};

/** Signs in on Cursor's page, until the user gives up. @throws GatewayError */
export const signInWithBrowser = async ({ accounts, cursorSignIn }: Services): Promise<void> => {
  const key = await window.withProgress<IssuedKey | null>(
    {
      location: ProgressLocation.Notification,
      title: l10n.t('Portside: waiting for you to sign in to Cursor in the browser'),
      cancellable: true,
    },
    async (_, cancellation) => {
      const controller = new AbortController();
      const subscription = cancellation.onCancellationRequested(() => controller.abort());
      try {
        return await cursorSignIn.signIn({
          keyName: toKeyName(),
          onUrl: (url) => void openPage(url),
          signal: controller.signal,
        });
      } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
      } finally {
        subscription.dispose();
      }
    },
  );
  if (key === null) return;
  finishSignIn(accounts, await accounts.add({ name: '', source: 'browser', key, plan: null }));
};
