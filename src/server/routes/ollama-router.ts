import express, { type RequestHandler, type Router } from 'express';
import { toNoModelManagement } from '../../protocols/ollama/refusals.ts';
import { methodNotAllowed } from '../middleware/errors.ts';
import type { Idempotency } from '../middleware/idempotency.ts';
import { jsonBody } from '../middleware/json-body.ts';
import type { BodyLimits } from '../read-body.ts';
import { embeddings } from './embeddings.ts';
import { ollamaAnswer, type OllamaAnswersOptions } from './ollama-answers.ts';
import { ollamaModelRoutes, type OllamaModelsOptions } from './ollama-models.ts';

/** What the routes work with. */
export interface OllamaRouterOptions extends OllamaAnswersOptions, OllamaModelsOptions {
  readonly modelUse: OllamaAnswersOptions['modelUse'] & OllamaModelsOptions['modelUse'];
}

/** What manages the models of a machine, which Cursor's are not on. */
const MANAGEMENT: readonly (readonly [path: string, methods: readonly ('delete' | 'head' | 'post')[]])[] = [
  ['/api/pull', ['post']],
  ['/api/push', ['post']],
  ['/api/create', ['post']],
  ['/api/copy', ['post']],
  ['/api/delete', ['delete']],
  ['/api/blobs/:digest', ['head', 'post']],
];

const refuseManagement: RequestHandler = ({ path }) => {
  throw toNoModelManagement(path.slice(0, 100));
};

/** Ollama's API. */
export const ollamaRouter = (
  options: OllamaRouterOptions,
  { limits, idempotency }: { readonly limits: BodyLimits; readonly idempotency: Idempotency },
): Router => {
  const router = express.Router();
  const models = ollamaModelRoutes(options);
  router.route('/api/version').get(models.version).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/api/tags').get(models.list).all(methodNotAllowed('GET', 'HEAD'));
  router.route('/api/ps').get(models.listRunning).all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/api/show')
    .post(jsonBody({ limits, takesAnyType: true }), models.show)
    .all(methodNotAllowed('POST'));
  for (const kind of ['chat', 'generate'] as const) {
    router
      .route(`/api/${kind}`)
      .post(
        jsonBody({ limits, takesAnyType: true, onBytes: idempotency.onBytes }),
        idempotency.handler,
        ollamaAnswer(options, kind),
      )
      .all(methodNotAllowed('POST'));
  }
  for (const path of ['/api/embed', '/api/embeddings']) {
    router.route(path).post(embeddings()).all(methodNotAllowed('POST'));
  }
  for (const [path, methods] of MANAGEMENT) {
    const route = router.route(path);
    for (const method of methods) route[method](refuseManagement);
    route.all(methodNotAllowed(...methods.map((method) => method.toUpperCase())));
  }
  return router;
};
