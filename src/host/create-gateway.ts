import path from 'node:path';
import { createCursorSdkBackend } from '../backends/cursor-sdk/client.ts';
import type { BackendState } from '../core/backend.ts';
import { createModelCatalog } from '../engine/model-catalog.ts';
import { type AnswerLimits, createAnswers } from '../engine/answer/create-answers.ts';
import { createNamedSessions } from '../engine/sessions/named-sessions.ts';
import { createImagePreparer } from '../images/create-image-preparer.ts';
import { openSessionStore } from '../storage/open-session-store.ts';
import { createApp } from '../server/create-app.ts';
import { createHttpServer } from '../server/create-http-server.ts';
import { DEFAULT_TIMING } from '../server/server-timing.ts';
import { isLoopback, toBaseUrl } from './base-url.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';
import type { GatewayState } from './gateway-state.ts';
import { listen } from './listen.ts';

/** How long open connections may take to end once their runs have. */
const LINGER_MS = 300;

/** Puts server, engine and backend together. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { settings, credentials, logger } = options;
  const listeners = new Set<(state: GatewayState) => void>();
  let state: GatewayState = { status: 'stopped' };
  let isSignedOut = false;
  let stopping: Promise<void> | null = null;

  const backend = createCursorSdkBackend({
    bridgePath: options.bridgePath,
    nodePath: settings.nodePath,
    backendUrl: options.backendUrl ?? settings.backendUrl,
    dataFolder: path.join(options.dataFolder, 'bridge'),
    credentials,
    logger,
    requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
  });
  const catalog = createModelCatalog({ backend, defaultModel: settings.defaultModel, logger });
  const store = openSessionStore(path.join(options.dataFolder, 'sessions.db'), logger);
  const sessions = createNamedSessions({
    store,
    idleMs: Math.ceil(settings.sessionIdleMinutes * 60_000),
    onDelete: (id) => answers.forgetSession(id),
    logger,
  });
  const answers = createAnswers({
    backend,
    credentials,
    sessions,
    prepareImages: createImagePreparer({
      converterPath: options.imageConverterPath,
      maxImageMegabytes: settings.maxImageMegabytes,
      allowsRemoteImages: settings.allowRemoteImages,
    }),
    limits: toAnswerLimits(settings),
    onDidChange: () => refresh(),
  });
  const isLocal = isLoopback(settings.host);
  const app = createApp({
    backend,
    answers,
    heldRuns: answers.heldRuns,
    sessions,
    defaultReasoningEffort: settings.defaultReasoningEffort,
    catalog,
    accessToken: options.accessToken,
    hosts: { allowed: isLocal ? [] : [settings.host], allowsAddresses: !isLocal },
    version: options.version,
    timing: DEFAULT_TIMING,
    logger,
  });
  const server = createHttpServer(app);

  const setState = (next: GatewayState): void => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  const toRunning = (port: number): GatewayState => ({
    status: 'running',
    baseUrl: toBaseUrl(settings.host, port),
    port,
    activeRuns: answers.activeRuns,
    ...toBridgeState(backend.state),
    isSignedOut,
  });
  const refresh = (): void => {
    // While it stops, the bridge goes down as it should.
    if (state.status === 'running' && stopping === null) setState(toRunning(state.port));
  };
  backend.onDidChangeState(refresh);

  const refreshCredential = async (): Promise<void> => {
    isSignedOut = (await credentials.getApiKey()) === null;
    catalog.clear();
    refresh();
  };
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    answers.stop();
    // Every run ends with an error, and so every stream with its frame, before the sockets go.
    await backend.stop();
    server.closeIdleConnections();
    const impatience = setTimeout(() => server.closeAllConnections(), LINGER_MS);
    await closed;
    clearTimeout(impatience);
    sessions.close();
    store.close();
    setState({ status: 'stopped' });
  };

  return {
    get state() {
      return state;
    },
    onDidChangeState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      if (state.status !== 'stopped') return;
      setState({ status: 'starting' });
      // The port opens before the bridge starts, so that an early client meets an answer and not a refused connection.
      const outcome = await listen(server, settings.host, settings.port);
      if ('status' in outcome) {
        setState(outcome);
        return;
      }
      if (!isLocal) {
        logger.warn(
          `Other machines can reach this server at ${settings.host}. What they send, their access token included, is not encrypted.`,
        );
      }
      setState(toRunning(outcome.port));
      void backend.start().then(() => catalog.list());
      await refreshCredential();
    },
    async stop() {
      if (state.status === 'stopped') return;
      stopping ??= close().finally(() => {
        stopping = null;
      });
      await stopping;
    },
    refreshCredential,
  };
};

const toAnswerLimits = (settings: GatewayOptions['settings']): AnswerLimits => ({
  maxConcurrentRuns: settings.maxConcurrentRuns,
  maxQueuedRuns: settings.maxQueuedRuns,
  maxHeldRuns: settings.maxHeldRuns,
  heldRunMs: Math.ceil(settings.toolResultTimeoutSeconds * 1000),
  maxConversations: settings.maxConversations,
  conversationIdleMs: Math.ceil(settings.conversationIdleMinutes * 60_000),
  repeatedCallLimit: settings.repeatedToolCallLimit,
});

const toBridgeState = ({
  status,
  reason,
}: BackendState): Pick<Extract<GatewayState, { status: 'running' }>, 'bridge' | 'bridgeReason'> => {
  switch (status) {
    case 'ready':
      return { bridge: 'connected', bridgeReason: null };
    case 'starting':
      return { bridge: 'starting', bridgeReason: null };
    case 'stopped':
    case 'restarting':
      return { bridge: 'unavailable', bridgeReason: reason };
    case 'failed':
      return { bridge: 'failed', bridgeReason: reason };
  }
};
