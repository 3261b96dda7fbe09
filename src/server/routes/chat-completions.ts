import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Answers } from '../../engine/answer/create-answers.ts';
import type { AnswerContext } from '../../engine/answer/answer-context.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import type { NamedSessions } from '../../engine/sessions/named-sessions.ts';
import { checkSessionId } from '../../engine/sessions/session-id.ts';
import { decodeChatRequest } from '../../protocols/openai-chat/decode.ts';
import { createChatStreamEncoder } from '../../protocols/openai-chat/encode.ts';
import { createChatResult } from '../../protocols/openai-chat/result.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { toCost } from '../../protocols/prices/model-price.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
import { foldEvents } from '../fold-events.ts';
import { giveAnswer } from '../give-answer.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { getClient } from '../middleware/authenticate.ts';
import { getTrace } from '../middleware/record-activity.ts';
import { type ModelSuffix, removeModelSuffix } from '../model-suffix.ts';
import { sendStream } from '../send-stream.ts';
import type { ServerTiming } from '../server-timing.ts';

/** What the route works with. */
export interface ChatCompletionsOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly sessions: Pick<NamedSessions, 'get'>;
  readonly catalogs: ModelCatalogs;
  /** For requests that name no `reasoning_effort`; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  readonly timing: ServerTiming;
}

/** `POST /v1/chat/completions` */
export const chatCompletions =
  (
    { answers, sessions, catalogs, defaultReasoningEffort, timing }: ChatCompletionsOptions,
    { modelSuffix }: { readonly modelSuffix: ModelSuffix },
  ): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = decodeChatRequest(request.body);
    getTrace(response)?.mark('read');
    const client = getClient(response);
    const context = { ...readContext(request, response), isStream: decoded.isStream };
    const hangUp = abortOnHangUp(response);
    const catalog = restrictModels(await catalogs.of(client.account), client.models);
    const { sessionId } = context;
    // A session goes on with its model until a request names another.
    const sessionModel = sessionId === null ? null : (sessions.get(context.owner, sessionId)?.model ?? null);
    const model = (await removeModelSuffix(catalog, decoded.model, modelSuffix)) ?? sessionModel;
    const { selection, ignored } = await catalog.resolve(model, { ...decoded, defaultReasoningEffort });
    setIgnoredHeader(response, [...decoded.ignored, ...ignored]);
    const identity = {
      id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
      created: Math.floor(Date.now() / 1000),
      model: selection.id,
    };
    const price = findPrice(selection);
    const events = giveAnswer({
      answers,
      request: { ...decoded, model: selection },
      context,
      response,
      hangUp,
      toCost: (usage) => (price === null ? null : toCost(price, usage)),
    });
    const options = { ...decoded, sessionId, price };
    if (decoded.isStream) {
      const encoder = createChatStreamEncoder(identity, options);
      await sendStream({ response, events, encoder, timing, waitedMs: performance.now() - receivedAt, signal: hangUp });
    } else {
      const result = await foldEvents(events, createChatResult(identity, options));
      response.json(result);
    }
  };

/** What the headers say; the session's id goes back as it came. */
const readContext = (request: Request, response: Response): Omit<AnswerContext, 'isStream'> => {
  const sessionId = request.get('x-cursor-session-id') ?? null;
  if (sessionId !== null) {
    response.setHeader('X-Cursor-Session-ID', checkSessionId(sessionId, 'X-Cursor-Session-ID'));
  }
  const { owner, account } = getClient(response);
  return { owner, account, sessionId, affinity: readAffinity(request) };
};
