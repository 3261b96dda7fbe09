import { env, l10n } from 'vscode';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { CommandTitles } from '../command-titles.ts';
import { showNotice, showRemark } from '../notifications.ts';
import type { ServicesHolder } from '../services.ts';
import { describeServer } from '../windows/describe-server.ts';
import { knowsOurTokens } from '../windows/knows-our-tokens.ts';

/** Puts the default token on the clipboard: only one that the server takes. @throws GatewayError */
export const copyAccessToken = async (options: {
  state: GatewayState;
  /** Tells the folder of this editor's access tokens from others; see `toDataFolderId`. */
  dataFolderId: string;
  services: ServicesHolder;
  titleOf: CommandTitles;
}): Promise<void> => {
  const { state, dataFolderId, services, titleOf } = options;
  if (state.status === 'served-elsewhere' && !knowsOurTokens(state.by, dataFolderId)) {
    void showNotice({
      severity: 'warning',
      message: l10n.t(
        'Portside is served on port {0} by {1}, which does not know the access tokens of this editor. Use the one that it shows at its start, or take over.',
        state.port,
        describeServer(state.by, l10n),
      ),
      actions:
        state.by === null ? [] : [{ title: titleOf('portside.takeOverServer'), command: 'portside.takeOverServer' }],
    });
    return;
  }
  const { openTokens } = await services.open();
  const { defaultToken } = await openTokens();
  const token = await defaultToken.read();
  if (token === null) {
    void showNotice({
      severity: 'warning',
      message: l10n.t(
        'The default access token was made or replaced in another window or editor, which alone can show it. Replace it by a new one, or create another.',
      ),
      actions: [
        { title: titleOf('portside.rotateAccessToken'), command: 'portside.rotateAccessToken' },
        { title: titleOf('portside.createAccessToken'), command: 'portside.createAccessToken' },
      ],
    });
    return;
  }
  await env.clipboard.writeText(token);
  showRemark(l10n.t('Copied the access token. Give it to clients as their API key.'));
};
