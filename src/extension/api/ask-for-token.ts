import { l10n, window } from 'vscode';
import { describeTokenRequest } from './describe-token-request.ts';
import type { TokenRequest } from './read-token-options.ts';

/** Asks whether another extension may have an access token. */
export const askForToken = async (request: TokenRequest): Promise<boolean> => {
  const { message, detail } = describeTokenRequest(request, l10n);
  const create = l10n.t('Create Access Token');
  return (await window.showWarningMessage(message, { modal: true, detail }, create)) === create;
};
