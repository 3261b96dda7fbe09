import express, { type Express } from 'express';
import type { Backend } from '../core/backend.ts';
import type { Logger } from '../core/logger.ts';
import type { NetworkPolicy } from '../core/loopback-guard.ts';
import type { ActivityRecorder } from '../engine/activity/activity-recorder.ts';
import type { NamedSessions } from '../engine/sessions/named-sessions.ts';
import type { Authenticator } from './authentication/create-authenticator.ts';
import { documentsRouter, type DocumentsOptions } from './documents/documents-router.ts';
import { accessLog } from './middleware/access-log.ts';
import { authenticate } from './middleware/authenticate.ts';
import { crossOrigin } from './middleware/cross-origin.ts';
import { errors, methodNotAllowed, notFound } from './middleware/errors.ts';
import { guardHost } from './middleware/guard-host.ts';
import { createIdempotency } from './middleware/idempotency.ts';
import { jsonBody } from './middleware/json-body.ts';
import { recordActivity } from './middleware/record-activity.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { traceContext } from './middleware/trace-context.ts';
import type { ModelSuffix } from './model-suffix.ts';
import type { AnswerKeeper } from './stored-answers/keep-answers.ts';
import { chatCompletions, type ChatCompletionsOptions } from './routes/chat-completions.ts';
import { completions } from './routes/completions.ts';
import { embeddings } from './routes/embeddings.ts';
import { health } from './routes/health.ts';
import { countMessageTokens } from './routes/count-message-tokens.ts';
import { createMessage, type MessagesOptions } from './routes/messages.ts';
import { metricsAccess, type MetricsEndpoint, readMetrics } from './routes/metrics.ts';
import { getModel, listModels } from './routes/models.ts';
import { ollamaRouter, type OllamaRouterOptions } from './routes/ollama-router.ts';
import { ready, type ReadinessFacts } from './routes/ready.ts';
import { release, RELEASE_PATH, type ReleaseControl } from './routes/release.ts';
import { responsesRouter, type ResponsesRouterOptions } from './routes/responses-router.ts';
import { storedCompletionRoutes } from './routes/stored-completions.ts';
import { sessionRoutes, type SessionsOptions } from './routes/sessions.ts';

/** What the API is made of, beside what its routes need. */
export interface AppOptions
  extends
    ChatCompletionsOptions,
    MessagesOptions,
    SessionsOptions,
    ResponsesRouterOptions,
    OllamaRouterOptions,
    DocumentsOptions {
  readonly sessions: NamedSessions;
  readonly backend: Pick<Backend, 'state' | 'warmUp'>;
  readonly readiness: ReadinessFacts;
  readonly metrics: MetricsEndpoint;
  readonly keeper: AnswerKeeper;
  /** Takes note of the requests of clients; `null` where nobody looks. */
  readonly activity: Pick<ActivityRecorder, 'begin'> | null;
  readonly authentication: Pick<Authenticator, 'authenticate'>;
  readonly network: NetworkPolicy;
  /** Lets another Portside of the same user ask this one to make way; `null` where nobody may. */
  readonly control: ReleaseControl | null;
  readonly maxBodyMegabytes: number;
  /** Told by `/health`. */
  readonly instanceId: string;
  readonly version: string;
  readonly logger: Logger;
}

/** Where models and Chat Completions are served, and what the ids of models end in there. */
const CHAT_PREFIXES: readonly (readonly [prefix: string, modelSuffix: ModelSuffix])[] = [
  ['/v1', null],
  ['/opencode/v1', null],
  ['/opencodev2/v1', '-sdk'],
];

/** The API as an Express app: guards first, then public routes, then everything that needs a token. */
export const createApp = (options: AppOptions): Express => {
  const { catalogs, control, logger, network } = options;
  const limits = { maxMegabytes: options.maxBodyMegabytes, ...options.timing };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(requestId(), traceContext(), accessLog(logger));
  if (options.activity !== null) app.use(recordActivity(options.activity));
  app.use(securityHeaders(), guardHost(network), crossOrigin(network));
  app.use(documentsRouter(options));
  app.route('/health').get(health(options)).all(methodNotAllowed('GET', 'HEAD'));
  app
    .route('/ready')
    .get(ready({ ...options.readiness, backend: options.backend }))
    .all(methodNotAllowed('GET', 'HEAD'));
  app
    .route('/metrics')
    .all(metricsAccess(options.metrics, options.authentication))
    .get(readMetrics(options.metrics))
    .all(methodNotAllowed('GET', 'HEAD'));
  if (control !== null) app.route(RELEASE_PATH).post(release(control)).all(methodNotAllowed('POST'));

  app.use(authenticate(options.authentication));
  const idempotency = createIdempotency({ isCompleteStream });
  const storedCompletions = storedCompletionRoutes(options);
  app.route('/v1/chat/completions').get(storedCompletions.list);
  for (const [prefix, modelSuffix] of CHAT_PREFIXES) {
    app.route(`${prefix}/models`).get(listModels(catalogs, modelSuffix)).all(methodNotAllowed('GET', 'HEAD'));
    app.route(`${prefix}/models/:id`).get(getModel(catalogs, modelSuffix)).all(methodNotAllowed('GET', 'HEAD'));
    app
      .route(`${prefix}/chat/completions`)
      .post(
        jsonBody({ limits, onBytes: idempotency.onBytes }),
        idempotency.handler,
        chatCompletions(options, { modelSuffix }),
      )
      // Stored ones are listed under the usual prefix alone.
      .all(methodNotAllowed(...(prefix === '/v1' ? ['GET', 'HEAD'] : []), 'POST'));
  }
  app
    .route('/v1/completions')
    .post(jsonBody({ limits, onBytes: idempotency.onBytes }), idempotency.handler, completions(options))
    .all(methodNotAllowed('POST'));
  const withBody = jsonBody({ limits });
  app
    .route('/v1/messages')
    .post(jsonBody({ limits, onBytes: idempotency.onBytes }), idempotency.handler, createMessage(options))
    .all(methodNotAllowed('POST'));
  app.route('/v1/messages/count_tokens').post(withBody, countMessageTokens()).all(methodNotAllowed('POST'));
  app.route('/v1/embeddings').post(embeddings()).all(methodNotAllowed('POST'));
  app.use(ollamaRouter(options, { limits, idempotency }));
  app.use(responsesRouter(options, { limits, idempotency }));
  app
    .route('/v1/chat/completions/:id')
    .get(storedCompletions.get)
    .post(withBody, storedCompletions.update)
    .delete(storedCompletions.remove)
    .all(methodNotAllowed('GET', 'HEAD', 'POST', 'DELETE'));
  app
    .route('/v1/chat/completions/:id/messages')
    .get(storedCompletions.listMessages)
    .all(methodNotAllowed('GET', 'HEAD'));
  const sessions = sessionRoutes(options);
  app
    .route('/v1/sessions')
    .get(sessions.list)
    .post(jsonBody({ limits, isOptional: true }), sessions.create)
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));
  app
    .route('/v1/sessions/:id')
    .get(sessions.get)
    .delete(sessions.remove)
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));

  app.use(notFound(), errors(logger));
  return app;
};

/**
 * Whether a stream did not fail, by its last event: `[DONE]` of the two kinds of completions, or the one that ends a response or a
 * message; by its last line where it is Ollama's.
 */
const isCompleteStream = (body: Buffer): boolean => {
  if (body.at(0) === '{'.charCodeAt(0)) {
    // Within a string, its quotes would be escaped.
    return body.subarray(body.lastIndexOf('\n', -2) + 1).includes(',"done":true');
  }
  const lastEvent = body.subarray(body.lastIndexOf('\n\n', -3) + 1).toString();
  return /^\n?(?:data: \[DONE\]|event: (?:response\.(?:completed|incomplete)|message_stop)\n)/.test(lastEvent);
};
