import { env, l10n, window } from 'vscode';
import { showRemark } from '../notifications.ts';
import type { Services } from '../services.ts';

/** Replaces the default token by a new one, after a question, and puts that on the clipboard. */
export const rotateAccessToken = async ({ openTokens }: Services): Promise<void> => {
  const confirm = l10n.t('Rotate Access Token');
  const chosen = await window.showWarningMessage(
    l10n.t('Replace the default access token by a new one?'),
    {
      modal: true,
      detail: l10n.t(
        'Clients that use the present one are refused at once, and their answers end, until they are given the new one.',
      ),
    },
    confirm,
  );
  if (chosen !== confirm) return;
  const { defaultToken } = await openTokens();
  await env.clipboard.writeText(await defaultToken.rotate());
  showRemark(l10n.t('Copied the new access token. Give it to clients as their API key.'));
};
