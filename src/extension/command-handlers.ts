import { Uri, commands, env, l10n, UIKind, window } from 'vscode';
import { availableCommands } from './available-commands.ts';
import { toBaseUrlForClients } from './base-url-for-clients.ts';
import type { CommandTitles } from './command-titles.ts';
import type { CommandHandlers } from './commands.ts';
import { showNotice } from './notifications.ts';
import { promptForCursorApiKey, promptForPort } from './prompts.ts';
import type { Secrets } from './secrets.ts';
import type { ServerController } from './server-controller.ts';
import { readRawSettings, writePort } from './settings.ts';

export interface CommandDependencies {
  readonly server: ServerController;
  /** Starts or restarts the server, where that is allowed, and tells the user of a failure. */
  readonly launch: (action: 'start' | 'restart') => Promise<void>;
  readonly secrets: Secrets;
  readonly getAccessToken: () => Promise<string>;
  readonly titleOf: CommandTitles;
  readonly showLogs: () => void;
}

const inform = (message: string): void => {
  void showNotice({ severity: 'info', message, actions: [] });
};

/** What the commands do. */
export const createCommandHandlers = ({
  server,
  launch,
  secrets,
  getAccessToken,
  titleOf,
  showLogs,
}: CommandDependencies): CommandHandlers => ({
  async 'portside.toggleServer'() {
    if (server.state.status === 'running') await server.stop();
    else await launch('start');
  },
  async 'portside.startServer'() {
    await launch('start');
  },
  async 'portside.stopServer'() {
    await server.stop();
  },
  async 'portside.restartServer'() {
    await launch('restart');
  },
  async 'portside.copyBaseUrl'() {
    if (server.state.status !== 'running') {
      void showNotice({
        severity: 'info',
        message: l10n.t('The Portside server is not running.'),
        actions: [{ title: titleOf('portside.startServer'), command: 'portside.startServer' }],
      });
      return;
    }
    const baseUrl = await toBaseUrlForClients(server.state.baseUrl, {
      isWeb: env.uiKind === UIKind.Web,
      isRemote: env.remoteName !== undefined,
      asExternalUri: async (url) => (await env.asExternalUri(Uri.parse(url, true))).toString(true),
    });
    await env.clipboard.writeText(baseUrl);
    inform(l10n.t('Copied {0}', baseUrl));
  },
  async 'portside.copyAccessToken'() {
    await env.clipboard.writeText(await getAccessToken());
    inform(l10n.t('Copied the access token. Give it to clients as their API key.'));
  },
  async 'portside.showLogs'() {
    showLogs();
  },
  async 'portside.showActions'() {
    const items = availableCommands(server.state).map((id) => ({ label: titleOf(id), id }));
    const chosen = await window.showQuickPick(items, { title: 'Portside' });
    if (chosen !== undefined) await commands.executeCommand(chosen.id);
  },
  async 'portside.changePort'() {
    const port = await promptForPort(readRawSettings('port'));
    if (port === null) return;
    await writePort(port);
    // A running server goes on where it is, and the changed setting offers a restart.
    if (server.state.status === 'failed') await launch('start');
  },
  async 'portside.setCursorApiKey'() {
    const key = await promptForCursorApiKey();
    if (key === null) return;
    await secrets.setCursorApiKey(key);
    inform(l10n.t('The Cursor API key is stored.'));
  },
  async 'portside.removeCursorApiKey'() {
    await secrets.removeCursorApiKey();
    const isOneLeft = (await secrets.getCursorApiKeySource()) === 'environment';
    inform(
      isOneLeft
        ? l10n.t('The stored Cursor API key is removed. The one in CURSOR_API_KEY is used now.')
        : l10n.t('The stored Cursor API key is removed.'),
    );
  },
});
