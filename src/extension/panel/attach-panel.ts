import { randomBytes } from 'node:crypto';
import { type Webview, type WebviewView, Uri, commands, env, l10n, workspace } from 'vscode';
import type { ActivityLog } from '../../core/request-activity.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { PanelTab } from '../../panel/contract/panel-messages.ts';
import { createEditorConnect } from '../connect/editor-connect.ts';
import { describeFailure, showFailure, showRemark } from '../notifications.ts';
import { onDidChangeSettings, readRawSettings } from '../settings.ts';
import { isServingWindow } from '../windows/serving-window.ts';
import { createAccessHandlers } from './access-handlers.ts';
import { toAccessModel } from './access-model.ts';
import { createAccessSource } from './access-source.ts';
import { toClientUrl } from './client-url.ts';
import { toOverviewModel } from './overview-model.ts';
import type { PanelDependencies } from './panel-dependencies.ts';
import { createPanelFeed } from './panel-feed.ts';
import { toPanelHtml } from './panel-html.ts';
import { type NotifyPanel, createPanelTransport } from './panel-transport.ts';
import { createRequestFeed } from './request-feed.ts';
import { createRequestHandlers } from './request-handlers.ts';
import { createRequestPreview } from './request-preview.ts';
import { createSessionHandlers } from './session-handlers.ts';
import { toSessionRows } from './session-rows.ts';

/** The panel in one view of the editor. */
export interface AttachedPanel {
  /** Shows a tab, at once or as soon as the panel listens. */
  reveal(target: { readonly tab: PanelTab; readonly toolId?: string }): void;
  /** What the panel tells beside the state of the server has changed, such as whether there is an account. */
  refresh(): void;
  dispose(): void;
}

const fillWebview = (webview: Webview, extensionUri: Uri): void => {
  const dist = Uri.joinPath(extensionUri, 'dist');
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const toUrl = (file: string): string => webview.asWebviewUri(Uri.joinPath(dist, file)).toString();
  webview.html = toPanelHtml({
    nonce: randomBytes(24).toString('base64url'),
    source: webview.cspSource,
    scriptUrl: toUrl('webview.js'),
    styleUrl: toUrl('webview.css'),
    boot: { locale: env.language, l10n: l10n.bundle ?? null },
  });
};

/** Changes where more than the number of runs has changed. */
const toServingKey = (state: GatewayState): string =>
  JSON.stringify(
    state.status === 'running'
      ? [state.status, state.baseUrl, state.account, state.warnings]
      : state.status === 'served-elsewhere'
        ? [state.status, state.baseUrl, state.by]
        : [state.status],
  );

/** Fills a view with the panel and keeps it up to date until it is closed. */
export const attachPanel = (view: WebviewView, dependencies: PanelDependencies): AttachedPanel => {
  const {
    server,
    services,
    activity,
    forwardedUrl,
    hasAccount,
    toolTokens,
    configQuestion,
    onMilestone,
    context,
    logger,
  } = dependencies;
  const { webview } = view;
  const endings: (() => void)[] = [];
  let pending: Parameters<AttachedPanel['reveal']>[0] | null = null;
  let isListening = false;

  const notify: NotifyPanel = (name, payload) => transport.notify(name, payload);
  const post = webview.postMessage.bind(webview);
  const noteFailure = (error: unknown): void =>
    logger.warn('The panel could not be brought up to date.', { cause: String(error) });
  const noteAccess = (): void => {
    feed.noteAccess();
    feed.noteState();
  };
  const access = createAccessSource(services, noteAccess, noteFailure);
  const connect = createEditorConnect({
    server,
    services,
    resolveBaseUrl: (baseUrl) => forwardedUrl.resolve(baseUrl),
    readForwardedUrl: () => forwardedUrl.current,
    toolTokens,
    configQuestion,
    folder: context.storageFolder,
    dataFolderId: context.dataFolderId,
    onDidChange: () => feed.noteConnect(),
    onConnected: () => onMilestone('tool-connected'),
  });

  const readState = () => ({
    l10n,
    forwardedUrl: forwardedUrl.current,
    takesOver: isServingWindow(),
    isTrusted: workspace.isTrusted,
    hasAccount: hasAccount(),
  });
  const requestFeed = createRequestFeed(
    () => activity.log,
    notify,
    () => onMilestone('request-seen'),
  );
  const feed = createPanelFeed({
    notify,
    requests: requestFeed,
    onFailure: noteFailure,
    sources: {
      overview: () =>
        toOverviewModel(server.state, {
          ...readState(),
          activity: activity.log,
          account: access.account,
          now: Date.now(),
        }),
      async sessions() {
        const conversations = server.conversations?.list() ?? [];
        return conversations.length === 0 ? [] : toSessionRows(conversations, (await access.read()).tokens);
      },
      async access() {
        const facts = await access.read();
        feed.noteState();
        return toAccessModel(
          { ...facts, state: server.state, requiresToken: readRawSettings('requireToken') !== false },
          l10n,
        );
      },
      connect: () => connect.read(),
      isLoaded: () => access.isOpen || server.state.status === 'running',
    },
  });

  const accessHandlers = createAccessHandlers({ services, toolTokens });
  const requestPreview = createRequestPreview(activity);
  const requestHandlers = createRequestHandlers({
    activity,
    preview: requestPreview,
    readRequest: (id) => requestFeed.read(id),
    toBaseUrl: () => toClientUrl(server.state, forwardedUrl.current, readRawSettings),
  });
  const forgetShown = (): void => {
    isListening = false;
    feed.stop();
    accessHandlers.forgetCreated();
  };
  const revealPending = (): void => {
    if (pending === null || !isListening) return;
    notify('reveal', pending);
    pending = null;
  };

  const transport = createPanelTransport({
    post: (message) => void post(message),
    logger,
    describeFailure,
    showFailure,
    requests: { ...requestHandlers.requests, ...accessHandlers.requests, ...connect.requests },
    commands: {
      ready({ tab }) {
        forgetShown();
        isListening = true;
        feed.start(pending?.tab ?? tab);
        revealPending();
      },
      showTab({ tab }) {
        // The page shows it in that tab alone.
        if (tab !== 'access') accessHandlers.forgetCreated();
        feed.showTab(tab);
      },
      async run({ command }) {
        await commands.executeCommand(command);
      },
      async copy({ text, what }) {
        await env.clipboard.writeText(text);
        showRemark(l10n.t('Copied {0}', what));
      },
      watchRequest: ({ id }) => feed.watchRequest(id),
      ...requestHandlers.commands,
      ...createSessionHandlers({ server, onDidClose: () => feed.noteSessions() }),
      ...accessHandlers.commands,
    },
  });

  const followActivity = (log: ActivityLog): void => {
    endings.push(
      log.onDidChange((change) => {
        feed.noteActivity(change);
        if (change.type === 'reset') requestPreview.noteReset();
      }),
    );
    // Whatever was captured while nobody listened is there already.
    feed.noteActivity({ type: 'reset' });
  };
  if (activity.log === null) {
    const stopWaiting = activity.onDidOpen(() => {
      stopWaiting();
      if (activity.log !== null) followActivity(activity.log);
    });
    endings.push(stopWaiting);
  } else {
    followActivity(activity.log);
  }

  const received = webview.onDidReceiveMessage((message: unknown) => transport.receive(message));
  const visibility = view.onDidChangeVisibility(() => {
    // The editor throws the page away, and runs it anew when the view is shown again.
    if (!view.visible) forgetShown();
  });
  const trust = workspace.onDidGrantWorkspaceTrust(() => feed.noteState());
  const settings = onDidChangeSettings(() => {
    // Another service in the settings has accounts of its own.
    if (access.isOpen) access.refresh();
    noteAccess();
    feed.noteConnect();
  });
  endings.push(
    () => received.dispose(),
    () => visibility.dispose(),
    () => trust.dispose(),
    () => settings.dispose(),
    server.onDidChangeState((state, previous) => {
      if (toServingKey(state) === toServingKey(previous)) feed.noteState();
      else feed.noteServing();
    }),
  );
  fillWebview(webview, context.extensionUri);

  return {
    reveal(target) {
      pending = target;
      revealPending();
    },
    refresh() {
      // Without a running server, nothing else tells whose account it is.
      if (isListening && (access.isOpen || hasAccount() === true)) access.refresh();
      feed.noteState();
      // The address that tools are given may be another one.
      feed.noteConnect();
    },
    dispose() {
      forgetShown();
      for (const end of endings) end();
      access.dispose();
      connect.dispose();
      requestPreview.dispose();
    },
  };
};
