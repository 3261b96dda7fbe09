import { type ExtensionContext, l10n, window, workspace } from 'vscode';
import type { GatewayState } from '../host/gateway-state.ts';
import { createCommandHandlers } from './command-handlers.ts';
import { readCommandTitles } from './command-titles.ts';
import { registerCommands } from './commands.ts';
import { createContextKeys } from './context-keys.ts';
import { createGatewayFactory } from './gateway-factory.ts';
import { createLogOutput } from './log-output.ts';
import { toChangeNotice, toStartNotice } from './notices.ts';
import { showNotice } from './notifications.ts';
import { createSecrets } from './secrets.ts';
import { createServerController } from './server-controller.ts';
import { onDidChangeSettings, readRawSettings } from './settings.ts';
import { takeSettingsSnapshot } from './settings-snapshot.ts';
import { createStatusBar } from './status-bar.ts';

/** The running extension. */
export interface Container {
  /** Ends the server and its bridge, and closes the log. */
  close(): Promise<void>;
}

const readVersion = (manifest: unknown): string =>
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';

const isPortInUse = (state: GatewayState): boolean => state.status === 'failed' && state.code === 'port_in_use';

/** Builds the extension and starts the server where the user has chosen that. */
export const createContainer = (context: ExtensionContext): Container => {
  const manifest: unknown = context.extension.packageJSON;
  const version = readVersion(manifest);
  const titleOf = readCommandTitles(manifest);
  const channel = window.createOutputChannel('Portside', { log: true });
  const logger = createLogOutput(channel);
  const secrets = createSecrets(context.secrets, process.env);
  const contextKeys = createContextKeys();
  const statusBar = createStatusBar({ version, titleOf });
  const factory = createGatewayFactory({ context, version, secrets, logger });
  let startedWith = '';

  const server = createServerController({
    createGateway() {
      startedWith = takeSettingsSnapshot(readRawSettings);
      return factory.createGateway();
    },
    logger,
    cannotStartMessage: l10n.t('Portside could not start its server. Its log has the details.'),
  });

  // A second window that starts by itself finds the port taken: nobody asked, so nobody is told but by the status bar.
  const launch = async (action: 'start' | 'restart', isAutomatic = false): Promise<void> => {
    if (!workspace.isTrusted) {
      void showNotice({
        severity: 'warning',
        message: l10n.t(
          'Portside does not start its server in Restricted Mode, because the server uses your Cursor account. Trust this workspace first.',
        ),
        actions: [{ title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' }],
      });
      return;
    }
    await server[action]();
    const notice = toStartNotice(server.state, l10n);
    if (notice !== null && !(isAutomatic && isPortInUse(server.state))) void showNotice(notice);
  };

  const autoStart = async (): Promise<void> => {
    if (workspace.isTrusted && readRawSettings('autoStart') === true) await launch('start', true);
  };

  const showState = (state: GatewayState): void => {
    statusBar.update(state);
    contextKeys.set('portside.running', state.status === 'running');
    contextKeys.set('portside.starting', state.status === 'starting');
  };

  const showCursorApiKey = async (): Promise<void> => {
    contextKeys.set('portside.hasCursorApiKey', (await secrets.getCursorApiKeySource()) === 'stored');
  };

  const applyCursorApiKey = async (): Promise<void> => {
    try {
      await Promise.all([server.refreshCredential(), showCursorApiKey()]);
    } catch (error) {
      logger.error('The Cursor API key could not be read.', { cause: String(error) });
    }
  };

  server.onDidChangeState((state, previous) => {
    showState(state);
    if (state.status === 'running' && previous.status !== 'running') logger.info(`Listening on ${state.baseUrl}`);
    if (state.status === 'stopped' && previous.status === 'running') logger.info('Stopped.');
    if (state.status === 'failed') logger.error(state.message);
    const notice = toChangeNotice(state, previous, l10n);
    if (notice !== null) void showNotice(notice);
  });

  context.subscriptions.push(
    statusBar,
    ...registerCommands(
      createCommandHandlers({
        server,
        launch,
        secrets,
        getAccessToken: factory.getAccessToken,
        titleOf,
        showLogs: () => channel.show(),
      }),
      logger,
    ),
    {
      dispose: secrets.onDidChangeCursorApiKey(() => void applyCursorApiKey()),
    },
    // A restart cuts off answers and may move the address, so it is offered and not done unasked.
    onDidChangeSettings(() => {
      if (server.state.status !== 'running' || takeSettingsSnapshot(readRawSettings) === startedWith) return;
      void showNotice({
        severity: 'info',
        message: l10n.t('The changed Portside settings apply after a restart of the server.'),
        actions: [{ title: titleOf('portside.restartServer'), command: 'portside.restartServer' }],
      });
    }),
    workspace.onDidGrantWorkspaceTrust(() => void autoStart()),
  );
  showState(server.state);
  void applyCursorApiKey();
  void autoStart();

  return {
    async close() {
      try {
        await server.stop();
      } finally {
        // Not a subscription: the editor drops those without waiting, while the server still has something to log.
        channel.dispose();
      }
    },
  };
};
