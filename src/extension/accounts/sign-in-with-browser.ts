import { Uri, env, l10n, window } from 'vscode';
import type { AccountInfo, CursorProfile } from '../../core/account.ts';
import { toKeyName } from '../../credentials/accounts/key-name.ts';
import { runApart } from '../notifications.ts';
import type { Services } from '../services.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { withCancellableProgress } from './with-cancellable-progress.ts';

/** For as long as this, somebody is ready to wait to be told by name. */
const PROFILE_PATIENCE_MS = 15_000;

/** Opens the page of a sign-in; offers its address where that cannot be done, as on a machine without a browser. */
const openPage = async (url: string): Promise<void> => {
  const isOpened = await env.openExternal(Uri.parse(url, true)).then(
    (opened) => opened,
    () => false,
  );
  if (isOpened) return;
  const copy = l10n.t('Copy Link');
  const chosen = await window.showWarningMessage(
    l10n.t('The page of the sign-in was not opened. Copy its link, and open it in a browser of your own.'),
    copy,
  );
  if (chosen === copy) await env.clipboard.writeText(url);
};

/** Whose key it is; `null` where Cursor does not tell now: the sign-in is good without it. */
const readProfile = async (
  { cursorSignIn }: Services,
  apiKey: string,
  signal: AbortSignal,
): Promise<CursorProfile | null> => {
  try {
    const patience = AbortSignal.timeout(PROFILE_PATIENCE_MS);
    return await cursorSignIn.readProfile(apiKey, AbortSignal.any([signal, patience]));
  } catch {
    return null;
  }
};

/** Signs in on Cursor's page, until the user gives up. @throws GatewayError */
export const signInWithBrowser = async (services: Services): Promise<void> => {
  const { accounts, cursorSignIn } = services;
  const added = await withCancellableProgress<AccountInfo>(
    l10n.t('Portside: waiting for you to sign in to Cursor in the browser'),
    async (signal) => {
      const key = await cursorSignIn.signIn({
        keyName: toKeyName(),
        onUrl: (url) => runApart(() => openPage(url)),
        signal,
      });
      // Kept before anything else is asked: the key is made, and cannot be had again.
      const account = await accounts.add({ name: '', source: 'browser', key, plan: null });
      const profile = await readProfile(services, key.apiKey, signal);
      if (profile === null) return account;
      await accounts.noteProfile(account.name, profile);
      return (await accounts.list()).find(({ name }) => name === account.name) ?? account;
    },
  );
  if (added !== null) finishSignIn(accounts, added);
};
