import { type ExtensionContext, l10n, window, workspace } from 'vscode';
import { assertNever } from '../core/assert-never.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { keepAccounts } from './accounts/keep-accounts.ts';
import { watchAccounts } from './accounts/watch-accounts.ts';
import { createCommandHandlers } from './command-handlers.ts';
import { readCommandTitles } from './command-titles.ts';
import { registerCommands } from './commands.ts';
import { createContextKeys } from './context-keys.ts';
import { createGatewayFactory } from './gateway-factory.ts';
import { createLogOutput } from './log-output.ts';
import { createForwardedUrl } from './network/forwarded-url.ts';
import { toChangeNotice } from './notices.ts';
import { showNotice } from './notifications.ts';
import { createRestartOffer } from './restart-offer.ts';
import { createSecrets } from './secrets.ts';
import { createServerController } from './server-controller.ts';
import { createServices } from './services.ts';
import { createStatusBar } from './status-bar.ts';
import { createLauncher } from './windows/launcher.ts';
import { onDidChangeServingFolder, isServingWindow } from './windows/serving-window.ts';

/** The running extension. */
export interface Container {
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
  const logger = createLogOutput(channel);
  const contextKeys = createContextKeys();
  const statusBar = createStatusBar({ version, titleOf, takesOver: isServingWindow });
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
  const createGateway = createGatewayFactory({
    context,
    version,
    services,
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
  const forwardedUrl = createForwardedUrl({ server, logger, onDidChange: () => showState(server.state) });
  const launcher = createLauncher({ server, services, logger });

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
    if (state.status === 'failed') logger.error(state.message);
    const change = state.status === previous.status ? null : describeChange(state);
    if (change !== null) logger.info(change);
    const notice = toChangeNotice(state, previous, l10n);
    if (notice !== null) void showNotice(notice);
  });

  context.subscriptions.push(
    statusBar,
    restartOffer,
    ...registerCommands(
      createCommandHandlers({
        server,
        launcher,
        services,
        restartOffer,
        forwardedUrl,
        titleOf,
        showLogs: () => channel.show(),
      }),
      logger,
    ),
    watchAccounts({ context, contextKeys, logger }),
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
    async close() {
      try {
        await server.stop('ending');
      } finally {
        services.close();
        // Not a subscription: the editor drops those without waiting, while the server still has something to log.
        channel.dispose();
      }
    },
  };
};
