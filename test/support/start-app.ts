import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Backend } from '../../src/core/backend.ts';
import { type AnswerLimits, createAnswers } from '../../src/engine/answer/create-answers.ts';
import { createModelCatalog } from '../../src/engine/model-catalog.ts';
import { createNamedSessions } from '../../src/engine/sessions/named-sessions.ts';
import { type AppOptions, createApp } from '../../src/server/create-app.ts';
import { createHttpServer } from '../../src/server/create-http-server.ts';
import { createMemorySessionStore } from '../../src/storage/memory-session-store.ts';
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

export const ACCESS_TOKEN = 'portside_test-token';

export type AppRequest = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** The API over a real socket, on the given backend. */
export const startApp = async (backend: Backend, options: Partial<AppOptions> = {}) => {
  const logger = createMemoryLogger();
  const sessions = createNamedSessions({
    store: createMemorySessionStore(),
    idleMs: 60_000,
    onDelete: (id) => answers.forgetSession(id),
    logger,
  });
  const answers = createAnswers({
    backend,
    credentials: { getApiKey: async () => 'crsr_test' },
    sessions,
    prepareImages: async (messages) => messages,
    limits: ANSWER_LIMITS,
    onDidChange: () => {},
  });
  const app = createApp({
    backend,
    answers,
    defaultReasoningEffort: '',
    sessions,
    heldRuns: answers.heldRuns,
    catalog: createModelCatalog({ backend, defaultModel: 'composer-2.5', logger }),
    accessToken: ACCESS_TOKEN,
    hosts: { allowed: [], allowsAddresses: false },
    version: '0.0.0',
    timing: { quietMs: 60_000, heartbeatMs: 60_000 },
    logger,
    ...options,
  });
  const server = createHttpServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    logger,
    /** A request with the token and a JSON body, unless `init` says otherwise. */
    fetch: (path: string, init: AppRequest = {}): Promise<Response> =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { Authorization: `Bearer ${ACCESS_TOKEN}`, 'Content-Type': 'application/json', ...init.headers },
      }),
    async [Symbol.asyncDispose]() {
      answers.stop();
      sessions.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
