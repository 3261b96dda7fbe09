import express, { type RequestHandler, type Router } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import { methodNotAllowed, responsesErrors } from '../middleware/errors.ts';
import type { Idempotency } from '../middleware/idempotency.ts';
import { jsonBody } from '../middleware/json-body.ts';
import type { BodyLimits } from '../read-body.ts';
import { conversationRoutes, type ConversationsOptions } from './conversations.ts';
import { responseToolRoutes, type ResponseToolsOptions } from './response-tools.ts';
import { responseRoutes, type ResponsesOptions } from './responses.ts';

/** What the routes work with. */
export interface ResponsesRouterOptions extends ResponsesOptions, ResponseToolsOptions, ConversationsOptions {
  readonly store: ResponsesOptions['store'];
}

/** `GET` is for WebSockets alone, which never come here. */
const upgradeRequired: RequestHandler = (_request, response) => {
  response.setHeader('Upgrade', 'websocket');
  throw new GatewayError('upgrade_required', 'GET /v1/responses opens a WebSocket. Ask for one, or send POST.');
};

/** `/v1/responses` and `/v1/conversations`, whose errors have a form of their own. */
export const responsesRouter = (
  options: ResponsesRouterOptions,
  { limits, idempotency }: { readonly limits: BodyLimits; readonly idempotency: Idempotency },
): Router => {
  const router = express.Router();
  const withBody = jsonBody({ limits });
  const responses = responseRoutes(options);
  const responseTools = responseToolRoutes(options);
  router
    .route('/v1/responses')
    .get(upgradeRequired)
    .post(jsonBody({ limits, onBytes: idempotency.onBytes }), idempotency.handler, responses.create)
    .all(methodNotAllowed('GET', 'POST'));
  router.route('/v1/responses/input_tokens').post(withBody, responseTools.countInput).all(methodNotAllowed('POST'));
  router.route('/v1/responses/compact').post(withBody, responseTools.compact).all(methodNotAllowed('POST'));
  router
    .route('/v1/responses/:id')
    .get(responses.get)
    .delete(responses.remove)
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));
  router.route('/v1/responses/:id/cancel').post(responses.cancel).all(methodNotAllowed('POST'));
  router.route('/v1/responses/:id/input_items').get(responses.listInputItems).all(methodNotAllowed('GET', 'HEAD'));
  const conversations = conversationRoutes(options);
  router
    .route('/v1/conversations')
    .post(jsonBody({ limits, isOptional: true }), conversations.create)
    .all(methodNotAllowed('POST'));
  router
    .route('/v1/conversations/:id')
    .get(conversations.get)
    .post(withBody, conversations.update)
    .delete(conversations.remove)
    .all(methodNotAllowed('GET', 'HEAD', 'POST', 'DELETE'));
  router
    .route('/v1/conversations/:id/items')
    .get(conversations.listItems)
    .post(withBody, conversations.addItems)
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));
  router
    .route('/v1/conversations/:id/items/:itemId')
    .get(conversations.getItem)
    .delete(conversations.removeItem)
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));
  router.use(['/v1/responses', '/v1/conversations'], responsesErrors());
  return router;
};
