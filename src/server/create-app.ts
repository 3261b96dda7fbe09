import express, { type Express } from 'express';
import type { Backend } from '../core/backend.ts';
import type { Logger } from '../core/logger.ts';
import type { ModelCatalog } from '../engine/model-catalog.ts';
import type { NamedSessions } from '../engine/sessions/named-sessions.ts';
import { accessLog } from './middleware/access-log.ts';
import { bearerAuth } from './middleware/bearer-auth.ts';
import { errors, methodNotAllowed, notFound } from './middleware/errors.ts';
import { guardHost, type HostPolicy } from './middleware/guard-host.ts';
import { createIdempotency } from './middleware/idempotency.ts';
import { jsonBody } from './middleware/json-body.ts';
import { requestId } from './middleware/request-id.ts';
import type { ModelSuffix } from './model-suffix.ts';
import { chatCompletions, type ChatCompletionsOptions } from './routes/chat-completions.ts';
import { health } from './routes/health.ts';
import { getModel, listModels } from './routes/models.ts';
import { sessionRoutes, type SessionsOptions } from './routes/sessions.ts';

/** What the API is made of, beside what its routes need. */
export interface AppOptions extends ChatCompletionsOptions, SessionsOptions {
  readonly sessions: NamedSessions;
  readonly backend: Pick<Backend, 'state'>;
  readonly catalog: ModelCatalog;
  readonly accessToken: string;
  readonly hosts: HostPolicy;
  readonly version: string;
  readonly logger: Logger;
}

/** Where models and Chat Completions are served, and what the ids of models end in there. */
const CHAT_PREFIXES: readonly (readonly [prefix: string, modelSuffix: ModelSuffix])[] = [
  ['/v1', null],
  ['/opencode/v1', null],
  ['/opencodev2/v1', '-sdk'],
];

/** The API as an Express app: guards first, then public routes, then everything that needs the token. */
export const createApp = (options: AppOptions): Express => {
  const { backend, catalog, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(requestId(), accessLog(logger), guardHost(options.hosts));
  app.route('/health').get(health(backend, options.version)).all(methodNotAllowed('GET', 'HEAD'));

  app.use(bearerAuth(options.accessToken));
  const idempotency = createIdempotency({ isCompleteStream: (body) => body.subarray(-DONE.length).equals(DONE) });
  for (const [prefix, modelSuffix] of CHAT_PREFIXES) {
    app.route(`${prefix}/models`).get(listModels(catalog, modelSuffix)).all(methodNotAllowed('GET', 'HEAD'));
    app.route(`${prefix}/models/:id`).get(getModel(catalog, modelSuffix)).all(methodNotAllowed('GET', 'HEAD'));
    app
      .route(`${prefix}/chat/completions`)
      .post(
        ...jsonBody({ onBytes: idempotency.onBytes }),
        idempotency.handler,
        chatCompletions(options, { modelSuffix }),
      )
      .all(methodNotAllowed('POST'));
  }
  const sessions = sessionRoutes(options);
  app
    .route('/v1/sessions')
    .get(sessions.list)
    .post(...jsonBody({ isOptional: true }), sessions.create)
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));
  app
    .route('/v1/sessions/:id')
    .get(sessions.get)
    .delete(sessions.remove)
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));

  app.use(notFound(), errors(logger));
  return app;
};

/** The end of a Chat Completions stream that did not fail. */
const DONE = Buffer.from('data: [DONE]\n\n');
