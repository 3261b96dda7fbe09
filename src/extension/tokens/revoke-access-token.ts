import { commands, l10n, window } from 'vscode';
import type { CommandId } from '../command-ids.ts';
import type { ToolTokenSecrets } from '../connect/tool-token-secrets.ts';
import { showRemark } from '../notifications.ts';
import type { Services } from '../services.ts';
import { toTokenRows } from './token-rows.ts';

const CREATE: CommandId = 'portside.createAccessToken';

/** Lets the user choose a token and ends it, with all that it has open. @throws GatewayError */
export const revokeAccessToken = async (
  { openTokens }: Pick<Services, 'openTokens'>,
  toolTokens: Pick<ToolTokenSecrets, 'forgetRevoked'>,
): Promise<void> => {
  const { tokens } = await openTokens();
  const rows = toTokenRows(tokens.list(), l10n, Date.now());
  if (rows.length === 0) {
    const create = l10n.t('Create Access Token');
    const chosen = await window.showInformationMessage(
      l10n.t('There is only the default access token. It can be replaced: Portside: Rotate Access Token.'),
      create,
    );
    if (chosen === create) await commands.executeCommand(CREATE);
    return;
  }
  const row = await window.showQuickPick(rows, {
    title: l10n.t('Revoke Access Token'),
    placeHolder: l10n.t('Which token is to end? Clients that use it are refused at once, and their answers end.'),
  });
  if (row === undefined) return;
  const { name } = tokens.revoke(row.id);
  await toolTokens.forgetRevoked(tokens);
  showRemark(l10n.t('Revoked the access token {0}', name));
};
