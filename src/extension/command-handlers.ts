import { commands, env, l10n, window } from 'vscode';
import { setCursorApiKey } from './accounts/set-cursor-api-key.ts';
import { signIn } from './accounts/sign-in.ts';
import { signOut, switchAccount } from './accounts/choose-account.ts';
import { availableCommands } from './available-commands.ts';
import type { CommandTitles } from './command-titles.ts';
import type { CommandHandlers } from './commands.ts';
import { allowDocker } from './network/allow-docker.ts';
import type { ConfigQuestion } from './connect/config-question.ts';
import type { ToolTokenSecrets } from './connect/tool-token-secrets.ts';
import type { ForwardedUrl } from './network/forwarded-url.ts';
import { showNotice, showRemark } from './notifications.ts';
import type { Panel } from './panel/panel-provider.ts';
import { promptForPort } from './prompt-for-port.ts';
import type { RestartOffer } from './restart-offer.ts';
import type { ServerController } from './server-controller.ts';
import type { Services, ServicesHolder } from './services.ts';
import { readRawSettings, writeSetting } from './settings.ts';
import { copyAccessToken } from './tokens/copy-access-token.ts';
import { createAccessToken } from './tokens/create-access-token.ts';
import { revokeAccessToken } from './tokens/revoke-access-token.ts';
import { rotateAccessToken } from './tokens/rotate-access-token.ts';
import type { Launcher } from './windows/launcher.ts';

export interface CommandDependencies {
  readonly server: ServerController;
  readonly launcher: Launcher;
  readonly services: ServicesHolder;
  readonly restartOffer: RestartOffer;
  readonly forwardedUrl: ForwardedUrl;
  readonly toolTokens: Pick<ToolTokenSecrets, 'forgetRevoked'>;
  /** Tells the folder of this editor's access tokens from others; see `toDataFolderId`. */
  readonly dataFolderId: string;
  readonly titleOf: CommandTitles;
  readonly panel: Pick<Panel, 'open'>;
  readonly configQuestion: Pick<ConfigQuestion, 'answer'>;
  /** Puts a report for a bug report on the clipboard. */
  readonly copyDiagnostics: () => Promise<void>;
  readonly showLogs: () => void;
}

/** What the commands do. */
export const createCommandHandlers = ({
  server,
  launcher,
  services,
  restartOffer,
  forwardedUrl,
  toolTokens,
  dataFolderId,
  titleOf,
  panel,
  configQuestion,
  copyDiagnostics,
  showLogs,
}: CommandDependencies): CommandHandlers => {
  const launch = (action: 'start' | 'restart'): Promise<void> => launcher.launch(action);
  const withServices = (work: (services: Services) => Promise<void>) => async (): Promise<void> =>
    work(await services.open());

  return {
    async 'portside.toggleServer'() {
      const { status } = server.state;
      if (status === 'running' || status === 'served-elsewhere') await server.stop('unwanted');
      else await launch('start');
    },
    async 'portside.startServer'() {
      await launch('start');
    },
    async 'portside.stopServer'() {
      await server.stop('unwanted');
    },
    async 'portside.restartServer'() {
      await launch('restart');
    },
    async 'portside.takeOverServer'() {
      await server.takeOver();
    },
    async 'portside.copyBaseUrl'() {
      const { state } = server;
      if (state.status !== 'running' && state.status !== 'served-elsewhere') {
        void showNotice({
          severity: 'info',
          message: l10n.t('The Portside server is not running.'),
          actions: [{ title: titleOf('portside.startServer'), command: 'portside.startServer' }],
        });
        return;
      }
      const baseUrl = await forwardedUrl.resolve(state.baseUrl);
      await env.clipboard.writeText(baseUrl);
      showRemark(l10n.t('Copied {0}', baseUrl));
    },
    async 'portside.copyAccessToken'() {
      await copyAccessToken({ state: server.state, dataFolderId, services, titleOf });
    },
    'portside.createAccessToken': withServices(createAccessToken),
    'portside.revokeAccessToken': withServices((opened) => revokeAccessToken(opened, toolTokens)),
    'portside.rotateAccessToken': withServices(rotateAccessToken),
    'portside.signIn': withServices(signIn),
    'portside.setCursorApiKey': withServices(setCursorApiKey),
    'portside.switchAccount': withServices(switchAccount),
    'portside.signOut': withServices(signOut),
    async 'portside.allowDocker'() {
      await allowDocker({ server, restartOffer, launcher, titleOf });
    },
    async 'portside.changePort'() {
      const port = await promptForPort(readRawSettings('port'));
      if (port === null) return;
      await writeSetting('port', port);
      // A running server goes on where it is, and the changed setting offers a restart.
      if (server.state.status === 'failed') await launch('start');
    },
    async 'portside.openPanel'() {
      await panel.open();
    },
    async 'portside.connectTool'() {
      await panel.open({ tab: 'connect' });
    },
    async 'portside.confirmConfigChange'() {
      configQuestion.answer(true);
    },
    async 'portside.declineConfigChange'() {
      configQuestion.answer(false);
    },
    async 'portside.showLogs'() {
      showLogs();
    },
    async 'portside.openSettings'() {
      await commands.executeCommand('workbench.action.openSettings', '@ext:portside.portside');
    },
    async 'portside.copyDiagnostics'() {
      await copyDiagnostics();
    },
    async 'portside.showActions'() {
      const items = availableCommands(server.state, dataFolderId).map((id) => ({ label: titleOf(id), id }));
      const chosen = await window.showQuickPick(items, { title: 'Portside' });
      if (chosen !== undefined) await commands.executeCommand(chosen.id);
    },
  };
};
