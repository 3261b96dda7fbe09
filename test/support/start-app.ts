import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Backend } from '../../src/core/backend.ts';
import type { Client, ClientRegistry } from '../../src/core/client.ts';
import { DEFAULT_ACCOUNT } from '../../src/core/credential-source.ts';
import type { NetworkPolicy } from '../../src/core/loopback-guard.ts';
import { type AnswerLimits, createAnswers } from '../../src/engine/answer/create-answers.ts';
import { observeRequests } from '../../src/engine/activity/observe-requests.ts';
import { createModelCatalogs } from '../../src/engine/model-catalogs.ts';
import { createModelUse } from '../../src/engine/model-use.ts';
import type { ModelMap } from '../../src/engine/model-map.ts';
import { createNamedSessions } from '../../src/engine/sessions/named-sessions.ts';
import { type Authenticator, createAuthenticator } from '../../src/server/authentication/create-authenticator.ts';
import { type AppOptions, createApp } from '../../src/server/create-app.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/server/create-http-server.ts';
import { createMetrics } from '../../src/server/metrics/create-metrics.ts';
import { createBackgroundResponses } from '../../src/server/responses/background-responses.ts';
import { createResponseTurns } from '../../src/server/responses/create-response-turns.ts';
import { createAnswerKeeper } from '../../src/server/stored-answers/keep-answers.ts';
import { createResponseSockets } from '../../src/server/websocket/create-response-sockets.ts';
import type { SocketLimits } from '../../src/server/websocket/socket-limits.ts';
import type { ServerTiming } from '../../src/server/server-timing.ts';
import { createMemoryAnswerStore } from '../../src/storage/memory-answer-store.ts';
import { createMemorySessionStore } from '../../src/storage/memory-session-store.ts';
import { createFixedCredentials } from './fixed-credentials.ts';
import { createMemoryLogger } from './memory-logger.ts';

/** Generous ones: tests of limits set their own. */
const ANSWER_LIMITS: AnswerLimits = {
  maxConcurrentRuns: 100,
  maxQueuedRuns: 100,
  maxHeldRuns: 100,
  heldRunMs: 60_000,
  maxConversations: 100,
  conversationIdleMs: 60_000,
  repeatedCallLimit: 10,
};

const TIMING: ServerTiming = {
  quietMs: 60_000,
  heartbeatMs: 60_000,
  slowReaderMs: 60_000,
  bodyGraceMs: 60_000,
  bodyBytesPerSecond: 16_384,
};

export const ACCESS_TOKEN = 'portside_test-token';

/** Whoever sends {@link ACCESS_TOKEN}. */
export const CLIENT: Client = {
  owner: createHash('sha256').update(ACCESS_TOKEN).digest('hex'),
  tokenName: 'test',
  account: DEFAULT_ACCOUNT,
  isAccountFixed: false,
  models: null,
  revocation: new AbortController().signal,
};

const CLIENTS: ClientRegistry = {
  check: async (token) => (token === ACCESS_TOKEN ? { status: 'accepted', client: CLIENT } : { status: 'unknown' }),
};

export type AppRequest = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** What differs from a usual app, and from a usual server around it. */
export type StartAppOptions = Partial<
  Omit<AppOptions, 'timing' | 'network' | 'authentication' | 'metrics'> &
    Pick<HttpServerOptions, 'tls' | 'maxConnections' | 'limits'> & {
      readonly timing: Partial<ServerTiming>;
      readonly network: Partial<NetworkPolicy>;
      readonly authentication: Authenticator;
      readonly hasOpenMetrics: boolean;
      readonly modelMap: ModelMap;
      readonly socketLimits: Partial<SocketLimits>;
    }
>;

/** The API over a real socket, on the given backend. */
export const startApp = async (backend: Backend, options: StartAppOptions = {}) => {
  const { tls = null, maxConnections = 100, limits = {}, socketLimits, ...appOptions } = options;
  const logger = createMemoryLogger();
  const credentials = createFixedCredentials('crsr_test').source;
  const sessions = createNamedSessions({
    store: createMemorySessionStore(),
    idleMs: 60_000,
    onDelete: (id) => answers.forgetSession(id),
    logger,
  });
  const answers = createAnswers({
    backend,
    credentials,
    sessions,
    prepareImages: async (messages) => messages,
    limits: ANSWER_LIMITS,
    onDidChange: () => {},
  });
  const network: NetworkPolicy = {
    allowedHosts: () => [],
    allowsAddresses: false,
    allowedOrigins: [],
    ...options.network,
  };
  const authenticator =
    options.authentication ?? createAuthenticator({ clients: CLIENTS, isRequired: true, checkCursorKey: null });
  const timing = { ...TIMING, ...options.timing };
  const store = options.store ?? createMemoryAnswerStore();
  const keeper = createAnswerKeeper({ store, limits: { maxIdleMs: 3_600_000, maxBytes: 64_000_000 }, logger });
  const background = createBackgroundResponses({ keeper, timing, logger });
  const understanding = {
    sessions,
    catalogs: createModelCatalogs({
      backend,
      credentials,
      defaultModel: 'composer-2.5',
      modelMap: options.modelMap ?? {},
      logger,
    }),
    store,
    defaultReasoningEffort: '',
    hostedTools: options.hostedTools ?? 'ignore',
  };
  const turns = createResponseTurns({ ...understanding, answers, keeper });
  const metrics = createMetrics({ version: '0.0.0', answers, backend, openWebSockets: () => sockets.openCount });
  const modelUse = createModelUse(300_000);
  const activity = observeRequests(options.activity ?? null, [metrics, modelUse]);
  const app = createApp({
    ...understanding,
    backend,
    answers,
    turns,
    background,
    keeper,
    heldRuns: answers.heldRuns,
    control: null,
    modelUse,
    documentsFolder: path.join(import.meta.dirname, '../../dist/documents'),
    readiness: { account: () => ({ status: 'ready' }), allowsOwnKeys: false },
    metrics: { metrics, isOpenLocally: options.hasOpenMetrics ?? false },
    maxBodyMegabytes: 20,
    instanceId: '00000000-0000-4000-8000-000000000000',
    version: '0.0.0',
    logger,
    ...appOptions,
    activity,
    timing,
    authentication: authenticator,
    network,
  });
  const sockets = createResponseSockets({
    turns,
    authenticator,
    network,
    activity,
    maxBodyMegabytes: options.maxBodyMegabytes ?? 20,
    timing,
    logger,
    ...(socketLimits !== undefined && { limits: socketLimits }),
  });
  const server = createHttpServer({
    listener: app,
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    tls,
    maxConnections,
    logger,
    limits,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    url,
    port,
    app,
    store,
    logger,
    /** A request with the token and a JSON body, unless `init` says otherwise. */
    fetch: (target: string, init: AppRequest = {}): Promise<Response> =>
      fetch(`${url}${target}`, {
        ...init,
        headers: { Authorization: `Bearer ${ACCESS_TOKEN}`, 'Content-Type': 'application/json', ...init.headers },
      }),
    async [Symbol.asyncDispose]() {
      answers.stop();
      background.stop();
      sockets.close();
      sessions.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
