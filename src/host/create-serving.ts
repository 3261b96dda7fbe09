import path from 'node:path';
import { createCursorSdkBackend } from '../backends/cursor-sdk/client.ts';
import type { AccountInfo } from '../core/account.ts';
import type { BackendState } from '../core/backend.ts';
import { type CredentialSource, DEFAULT_ACCOUNT } from '../core/credential-source.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { type AnswerLimits, createAnswers } from '../engine/answer/create-answers.ts';
import { observeRequests } from '../engine/activity/observe-requests.ts';
import { createModelCatalogs } from '../engine/model-catalogs.ts';
import { createModelUse } from '../engine/model-use.ts';
import { createNamedSessions } from '../engine/sessions/named-sessions.ts';
import { createImagePreparer } from '../images/create-image-preparer.ts';
import { DEFAULT_KEEP_MS } from '../protocols/ollama/keep-alive.ts';
import { createAuthenticator } from '../server/authentication/create-authenticator.ts';
import { judgeKeyFailure } from '../server/authentication/key-checks.ts';
import { createApp } from '../server/create-app.ts';
import { createMetrics } from '../server/metrics/create-metrics.ts';
import { createBackgroundResponses } from '../server/responses/background-responses.ts';
import { createResponseTurns } from '../server/responses/create-response-turns.ts';
import { createAnswerKeeper } from '../server/stored-answers/keep-answers.ts';
import { DEFAULT_TIMING } from '../server/server-timing.ts';
import { createResponseSockets } from '../server/websocket/create-response-sockets.ts';
import { openAnswerStore } from '../storage/open-answer-store.ts';
import { openSessionStore } from '../storage/open-session-store.ts';
import { isLoopbackAddress } from '../core/loopback-guard.ts';
import { openAccessLog } from './access-log/create-access-log.ts';
import { followOwners } from './follow-owners.ts';
import type { Serving, ServingFacts, ServingOptions } from './serving.ts';

/** How long the question whose key it is may take, before and beside all requests. */
const PROFILE_MS = 15_000;

const DAY_MS = 86_400_000;

/** Puts API, engine, stores and bridge together. */
export const createServing = (options: ServingOptions): Serving => {
  const { settings, accounts, logger } = options;
  const listeners = new Set<() => void>();
  let account: AccountInfo | null = null;
  let isStopping = false;

  const notify = (): void => {
    if (!isStopping) for (const listener of listeners) listener();
  };
  const backend = createCursorSdkBackend({
    bridgePath: options.bridgePath,
    nodePath: settings.nodePath,
    backendUrl: options.backendUrl ?? settings.backendUrl,
    dataFolder: path.join(options.dataFolder, 'bridge'),
    proxy: options.proxy,
    credentials: accounts,
    logger,
    requestTimeoutMs: settings.requestTimeoutSeconds * 1000,
  });
  const authenticator = createAuthenticator({
    clients: options.tokens,
    isRequired: settings.requireToken,
    checkCursorKey: settings.passThroughKeys
      ? async (apiKey, signal) => {
          try {
            await backend.listModels(apiKey, signal);
            return { status: 'accepted' };
          } catch (error) {
            return judgeKeyFailure(error);
          }
        }
      : null,
  });
  const credentials: CredentialSource = {
    select: (choice) => accounts.select(choice),
    noteSuccess: (credential) => accounts.noteSuccess(credential),
    noteFailure(credential, failure) {
      const told = accounts.noteFailure(credential, failure);
      // A caller's own key, which was taken for good at first.
      if (credential.account === null && told.code === 'client_token_invalid') {
        authenticator.noteRefusedKey(credential.apiKey);
      }
      return told;
    },
  };
  const catalogs = createModelCatalogs({
    backend,
    credentials,
    defaultModel: settings.defaultModel,
    modelMap: settings.modelMap,
    logger,
  });
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
    onDidChange: notify,
  });
  const answerStore = openAnswerStore(path.join(options.dataFolder, 'responses.db'), logger);
  const keeper = createAnswerKeeper({
    store: answerStore,
    limits: {
      maxIdleMs: settings.storedAnswerDays * DAY_MS,
      maxBytes: settings.storedAnswerMegabytes * 1024 * 1024,
    },
    logger,
  });
  const background = createBackgroundResponses({ keeper, timing: DEFAULT_TIMING, logger });
  const understanding = {
    sessions,
    catalogs,
    store: answerStore,
    defaultReasoningEffort: settings.defaultReasoningEffort,
    hostedTools: settings.hostedTools,
  };
  const turns = createResponseTurns({ ...understanding, answers, keeper });
  const network = {
    allowedHosts: options.allowedHosts,
    allowsAddresses: !isLoopbackAddress(settings.host),
    allowedOrigins: settings.allowedOrigins,
  };
  const metrics = createMetrics({
    version: options.version,
    answers,
    backend,
    openWebSockets: () => sockets.openCount,
  });
  const modelUse = createModelUse(DEFAULT_KEEP_MS);
  const accessLog = openAccessLog({
    file: settings.accessLogPath,
    maxMegabytes: settings.accessLogMegabytes,
    keptFiles: settings.accessLogFiles,
    logger,
  });
  const activity = observeRequests(options.activity, [
    metrics,
    modelUse,
    ...(accessLog === null ? [] : [accessLog.observer]),
  ]);
  const app = createApp({
    ...understanding,
    backend,
    answers,
    turns,
    background,
    keeper,
    documentsFolder: path.join(path.dirname(options.bridgePath), 'documents'),
    activity,
    modelUse,
    readiness: { account: () => account, allowsOwnKeys: settings.passThroughKeys },
    metrics: { metrics, isOpenLocally: settings.metricsWithoutToken },
    heldRuns: answers.heldRuns,
    sessions,
    authentication: authenticator,
    network,
    control: options.control,
    instanceId: options.instanceId,
    maxBodyMegabytes: settings.maxBodyMegabytes,
    version: options.version,
    timing: DEFAULT_TIMING,
    logger,
  });
  const sockets = createResponseSockets({
    turns,
    authenticator,
    network,
    activity,
    maxBodyMegabytes: settings.maxBodyMegabytes,
    timing: DEFAULT_TIMING,
    logger,
  });

  const refreshAccount = async (): Promise<void> => {
    try {
      account = await accounts.current();
    } catch (error) {
      logger.error(`The Cursor accounts cannot be read: ${toReason(error)}`);
    }
    notify();
  };
  /** Asks whose key the default account's is, where nobody knows yet; tells at once where Cursor refuses it. */
  const meetCursor = async (): Promise<void> => {
    await (await catalogs.of(DEFAULT_ACCOUNT)).list();
    const current = await accounts.current();
    if (current === null || current.email !== null || current.status !== 'ready' || isStopping) return;
    const [{ account: name, apiKey }] = await accounts.select(DEFAULT_ACCOUNT);
    const profile = await backend.readProfile(apiKey, AbortSignal.timeout(PROFILE_MS));
    if (name !== null) await accounts.noteProfile(name, profile);
  };
  const startBackend = async (): Promise<void> => {
    try {
      await backend.start();
      await meetCursor();
    } catch (error) {
      logger.debug(`The Cursor account could not be looked at: ${GatewayError.from(error).message}`);
    }
  };
  const owners = followOwners({ tokens: options.tokens, answers, sessions, store: answerStore, keeper, logger });
  const subscriptions = [
    backend.onDidChangeState(notify),
    accounts.onDidChange(() => void refreshAccount()),
    () => owners.close(),
  ];

  return {
    listener: app,
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    get facts() {
      const { activeRuns, queuedRuns } = answers;
      return { activeRuns, queuedRuns, account, proxy: backend.state.proxy, ...toBridgeFacts(backend.state) };
    },
    get conversations() {
      return answers.conversations;
    },
    async listModels() {
      try {
        return await (await catalogs.of(DEFAULT_ACCOUNT)).list();
      } catch (error) {
        logger.debug(`The models could not be listed: ${GatewayError.from(error).message}`);
        return [];
      }
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      owners.settleLeftovers();
      void startBackend();
      await refreshAccount();
    },
    async stop() {
      isStopping = true;
      for (const unsubscribe of subscriptions) unsubscribe();
      answers.stop();
      background.stop();
      sockets.close();
      await backend.stop();
      sessions.close();
      store.close();
      answerStore.close();
    },
    async settle() {
      await accessLog?.close();
    },
  };
};

const toAnswerLimits = (settings: ServingOptions['settings']): AnswerLimits => ({
  maxConcurrentRuns: settings.maxConcurrentRuns,
  maxQueuedRuns: settings.maxQueuedRuns,
  maxHeldRuns: settings.maxHeldRuns,
  heldRunMs: Math.ceil(settings.toolResultTimeoutSeconds * 1000),
  maxConversations: settings.maxConversations,
  conversationIdleMs: Math.ceil(settings.conversationIdleMinutes * 60_000),
  repeatedCallLimit: settings.repeatedToolCallLimit,
});

const toBridgeFacts = ({ status, reason }: BackendState): Pick<ServingFacts, 'bridge' | 'bridgeReason'> => {
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

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
