import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Answers } from '../../engine/answer/create-answers.ts';
import { matchModel } from '../../engine/match-model.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { countTokens } from '../../engine/output/count-tokens.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import type { NamedSessions } from '../../engine/sessions/named-sessions.ts';
import { decodeCountRequest, decodeMessagesRequest } from '../../protocols/anthropic/decode.ts';
import { createMessageStreamEncoder } from '../../protocols/anthropic/encode.ts';
import { createMessageResult } from '../../protocols/anthropic/result.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
import { tellConversation } from '../conversation-header.ts';
import { foldEvents } from '../fold-events.ts';
import { giveAnswer } from '../give-answer.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { getClient } from '../middleware/authenticate.ts';
import { getTrace } from '../middleware/record-activity.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { readSessionId } from '../named-session.ts';
import { sendStream } from '../send-stream.ts';
import type { ServerTiming } from '../server-timing.ts';

/** What the routes work with. */
export interface MessagesOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly sessions: Pick<NamedSessions, 'get'>;
  readonly catalogs: ModelCatalogs;
  /** For requests that say nothing of thinking; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  /** Names of models that stand for others; none where it is left out. */
  readonly modelMap?: Readonly<Record<string, string>>;
  readonly timing: ServerTiming;
}

/** `POST /v1/messages` */
export const createMessage =
  ({ answers, sessions, catalogs, defaultReasoningEffort, modelMap, timing }: MessagesOptions): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = decodeMessagesRequest(request.body);
    const trace = getTrace(response);
    trace?.mark('read');
    const client = getClient(response);
    const { owner, account } = client;
    const sessionId = readSessionId(request, response);
    const context = { owner, account, sessionId, affinity: readAffinity(request), isStream: decoded.isStream };
    const hangUp = abortOnHangUp(response);
    const catalog = restrictModels(await catalogs.of(account), client.models);
    const sessionModel = sessionId === null ? null : (sessions.get(owner, sessionId)?.model ?? null);
    const named = decoded.model === null ? null : matchModel(decoded.model, await catalog.list(), modelMap);
    const { selection, ignored } = await catalog.resolve(named?.id ?? sessionModel, {
      ...decoded,
      defaultReasoningEffort,
    });
    if (selection.id !== decoded.model) response.setHeader('X-Portside-Model', selection.id);
    setIgnoredHeader(response, [
      ...decoded.ignored,
      ...ignored.map((field) => (field === 'reasoning_effort' ? (decoded.effortField ?? field) : field)),
    ]);
    const requestId = getRequestId(response);
    const price = findPrice(selection);
    const events = giveAnswer({
      answers,
      request: { ...decoded, model: selection, requestId },
      context,
      client,
      trace,
      onPlaced: tellConversation(response),
      hangUp,
      price,
    });
    const identity = { id: `msg_${randomUUID().replaceAll('-', '')}`, model: selection.id, requestId };
    if (decoded.isStream) {
      const encoder = createMessageStreamEncoder(identity, decoded);
      await sendStream({ response, events, encoder, timing, waitedMs: performance.now() - receivedAt, signal: hangUp });
    } else {
      response.json(await foldEvents(events, createMessageResult(identity, decoded)));
    }
  };

/** `POST /v1/messages/count_tokens` */
export const countMessageTokens = (): RequestHandler => async (request, response) => {
  const prompt = decodeCountRequest(request.body);
  getTrace(response)?.mark('read');
  response.json({ input_tokens: await countTokens(prompt) });
};
