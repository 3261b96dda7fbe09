import { env, l10n, window } from 'vscode';
import { showRemark } from '../notifications.ts';
import type { Services } from '../services.ts';
import { askForLimits } from './ask-for-limits.ts';
import { findNameProblem } from './new-token-form.ts';

/** Makes an access token, puts it on the clipboard, and shows it this once. @throws GatewayError */
export const createAccessToken = async ({ accounts, openTokens }: Services): Promise<void> => {
  const { tokens } = await openTokens();
  const toTitle = (step: number, of: number): string => l10n.t('Create Access Token ({0}/{1})', step, of);
  const input = await window.showInputBox({
    title: toTitle(1, 2),
    prompt: l10n.t('What is the token for? Its name is shown where it is used.'),
    placeHolder: l10n.t('my editor'),
    ignoreFocusOut: true,
    validateInput: (value) => findNameProblem(value, tokens.list(), l10n),
  });
  const name = input?.trim() ?? '';
  if (name === '') return;
  const limits = await askForLimits(accounts, toTitle);
  if (limits === null) return;
  const { token } = tokens.create(name, limits);
  // Shown in any case: nobody can show it again, and a clipboard may refuse.
  const isCopied = await env.clipboard.writeText(token).then(
    () => true,
    () => false,
  );
  const copy = isCopied ? l10n.t('Copy Again') : l10n.t('Copy');
  const chosen = await window.showInformationMessage(
    isCopied
      ? l10n.t('The access token "{0}" is on the clipboard.', name)
      : l10n.t('The access token "{0}" was created. It could not be put on the clipboard.', name),
    { modal: true, detail: l10n.t('It is shown only this once:\n\n{0}', token) },
    copy,
  );
  if (chosen === copy) await env.clipboard.writeText(token);
  showRemark(l10n.t('Created the access token {0}', name));
};
