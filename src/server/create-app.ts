import express, { type Express } from 'express';
import type { Backend } from '../core/backend.ts';
import type { Logger } from '../core/logger.ts';
import type { ModelCatalog } from '../engine/model-catalog.ts';
import { accessLog } from './middleware/access-log.ts';
import { bearerAuth } from './middleware/bearer-auth.ts';
import { errors, methodNotAllowed, notFound } from './middleware/errors.ts';
import { jsonBody } from './middleware/json-body.ts';
import { guardHost, type HostPolicy } from './middleware/guard-host.ts';
import { requestId } from './middleware/request-id.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { health } from './routes/health.ts';
import { getModel, listModels } from './routes/models.ts';
import type { ServerTiming } from './server-timing.ts';

/** What the API is made of. */
export interface AppOptions {
  readonly backend: Pick<Backend, 'state'>;
  readonly run: Backend['run'];
  readonly catalog: ModelCatalog;
  readonly accessToken: string;
  readonly hosts: HostPolicy;
  readonly version: string;
  readonly timing: ServerTiming;
  readonly logger: Logger;
}

/** The API as an Express app: guards first, then public routes, then everything that needs the token. */
export const createApp = (options: AppOptions): Express => {
  const { backend, run, catalog, logger, timing } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(requestId(), accessLog(logger), guardHost(options.hosts));
  app.route('/health').get(health(backend, options.version)).all(methodNotAllowed('GET', 'HEAD'));

  app.use(bearerAuth(options.accessToken));
  app.route('/v1/models').get(listModels(catalog)).all(methodNotAllowed('GET', 'HEAD'));
  app.route('/v1/models/:id').get(getModel(catalog)).all(methodNotAllowed('GET', 'HEAD'));
  app
    .route('/v1/chat/completions')
    .post(...jsonBody(), chatCompletions({ run, catalog, timing }))
    .all(methodNotAllowed('POST'));

  app.use(notFound(), errors(logger));
  return app;
};
