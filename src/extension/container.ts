import { EventEmitter, type ExtensionContext, l10n, window, workspace } from 'vscode';
import { assertNever } from '../core/assert-never.ts';
import { toDataFolderId } from '../core/data-folder-id.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { askForToken } from './api/ask-for-token.ts';
import { createApi } from './api/create-api.ts';
import type { PortsideApi, PortsideState } from './api/portside-api.ts';
import { createActivityHolder } from './activity-holder.ts';
import { keepAccounts } from './accounts/keep-accounts.ts';
import { watchAccounts } from './accounts/watch-accounts.ts';
import { createCommandHandlers } from './command-handlers.ts';
import { readCommandTitles } from './command-titles.ts';
import { registerCommands } from './commands.ts';
import { createContextKeys } from './context-keys.ts';
import { createGatewayFactory } from './gateway-factory.ts';
import { createLogOutput } from './log-output.ts';
import { createConfigQuestion } from './connect/config-question.ts';
import { createToolTokenSecrets } from './connect/tool-token-secrets.ts';
import { createDiagnostics } from './diagnostics/create-diagnostics.ts';
import { keepRecentLog } from './diagnostics/recent-log.ts';
import { createForwardedUrl } from './network/forwarded-url.ts';
import { toChangeNotice } from './notices.ts';
import { showNotice } from './notifications.ts';
import { createPanel } from './panel/panel-provider.ts';
import { createRestartOffer } from './restart-offer.ts';
import { createSecrets } from './secrets.ts';
import { createServerController } from './server-controller.ts';
import { createServices } from './services.ts';
import { createStatusBar } from './status-bar.ts';
import { createLauncher } from './windows/launcher.ts';
import { onDidChangeServingFolder, isServingWindow } from './windows/serving-window.ts';

/** The running extension. */
export interface Container {
  /** What other extensions get. */
  readonly api: PortsideApi;
  /** Ends the server and its bridge, and closes the log. */
  close(): Promise<void>;
}

const readVersion = (manifest: unknown): string =>
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';

const describeChange = (state: GatewayState): string | null => {
  switch (state.status) {
    case 'running':
      return `Listening on ${state.baseUrl}`;
    case 'served-elsewhere':
      return `Port ${state.port} is served by another Portside (${state.by?.name ?? 'unknown'}). This window waits.`;
    case 'stopped':
      return 'Stopped.';
    case 'starting':
    // Its message is logged as an error.
    case 'failed':
      return null;
    default:
      return assertNever(state);
  }
};

/** Builds the extension and starts the server where the user has chosen that. */
export const createContainer = (context: ExtensionContext): Container => {
  const manifest: unknown = context.extension.packageJSON;
  const version = readVersion(manifest);
  const titleOf = readCommandTitles(manifest);
  const channel = window.createOutputChannel('Portside', { log: true });
  const { logger, recentLines } = keepRecentLog(createLogOutput(channel));
  const contextKeys = createContextKeys();
  const dataFolderId = toDataFolderId(context.globalStorageUri.fsPath);
  const toolTokens = createToolTokenSecrets(context.secrets);
  const configQuestion = createConfigQuestion();
  const statusBar = createStatusBar({ version, titleOf, dataFolderId, takesOver: isServingWindow });
  const services = createServices({
    context,
    secrets: createSecrets(context.secrets),
    logger,
    onDamagedAccounts() {
      logger.error(
        'The stored Cursor accounts were damaged. They are kept in the secret storage beside the entry portside.accounts.',
      );
      void showNotice({
        severity: 'error',
        message: l10n.t('The Cursor accounts of Portside could not be read. Sign in again.'),
        actions: [{ title: titleOf('portside.signIn'), command: 'portside.signIn' }],
      });
    },
  });
  const activity = createActivityHolder({ folder: context.globalStorageUri.fsPath, logger });
  const createGateway = createGatewayFactory({
    context,
    version,
    services,
    activity,
    logger,
    mayTakeOver: () => workspace.isTrusted && isServingWindow(),
  });
  const server = createServerController({
    createGateway(whenServed) {
      restartOffer.noteStart();
      return createGateway(whenServed);
    },
    logger,
    cannotStartMessage: l10n.t('Portside could not start its server. Its log has the details.'),
  });
  const restartOffer = createRestartOffer(server, titleOf);
  const forwardedUrl = createForwardedUrl({
    server,
    logger,
    onDidChange: () => {
      showState(server.state);
      panel.refresh();
    },
  });
  const launcher = createLauncher({ server, services, logger });
  const panel = createPanel({
    server,
    services,
    activity,
    forwardedUrl,
    toolTokens,
    configQuestion,
    hasAccount: () => contextKeys.read('portside.hasAccount'),
    onMilestone: (milestone) =>
      contextKeys.set(
        milestone === 'tool-connected' ? { 'portside.hasConnectedTool': true } : { 'portside.hasSeenRequest': true },
      ),
    context: {
      extensionUri: context.extensionUri,
      storageFolder: context.globalStorageUri.fsPath,
      dataFolderId,
    },
    logger,
  });

  const showState = (state: GatewayState): void => {
    statusBar.update(state, forwardedUrl.current);
    contextKeys.set({
      'portside.running': state.status === 'running',
      'portside.starting': state.status === 'starting',
      'portside.servedElsewhere': state.status === 'served-elsewhere',
      'portside.canTakeOver': state.status === 'served-elsewhere' && state.by !== null,
    });
  };

  server.onDidChangeState((state, previous) => {
    showState(state);
    void forwardedUrl.follow(state);
    // What was said is kept as long as the server that it was said to.
    if (previous.status === 'running' && state.status !== 'running') activity.log?.setCapturing(false);
    if (state.status === 'failed') logger.error(state.message);
    const change = state.status === previous.status ? null : describeChange(state);
    if (change !== null) logger.info(change);
    const notice = toChangeNotice(state, previous, l10n);
    if (notice !== null) void showNotice(notice);
  });

  const apiStates = new EventEmitter<PortsideState>();
  const api = createApi({
    server,
    dataFolderId,
    openTokens: async () => (await (await services.open()).openTokens()).tokens,
    confirm: askForToken,
    emitter: apiStates,
  });

  context.subscriptions.push(
    apiStates,
    statusBar,
    restartOffer,
    panel,
    ...registerCommands(
      createCommandHandlers({
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
        copyDiagnostics: createDiagnostics({ context, version, server, services, activity, recentLines }),
        showLogs: () => channel.show(),
      }),
      logger,
    ),
    watchAccounts({ context, contextKeys, onDidLook: () => panel.refresh(), logger }),
    keepAccounts({ server, services, announced: context.globalState, logger }),
    workspace.onDidGrantWorkspaceTrust(() => void launcher.autoStart()),
    onDidChangeServingFolder(() => {
      showState(server.state);
      void launcher.followServingFolder();
    }),
  );
  showState(server.state);
  void launcher.autoStart();

  return {
    api,
    async close() {
      try {
        await server.stop('ending');
      } finally {
        services.close();
        activity.close();
        // Not a subscription: the editor drops those without waiting, while the server still has something to log.
        channel.dispose();
      }
    },
  };
};
