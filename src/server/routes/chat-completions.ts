import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Answers } from '../../engine/answer/create-answers.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import type { NamedSessions } from '../../engine/sessions/named-sessions.ts';
import { decodeChatRequest } from '../../protocols/openai-chat/decode.ts';
import { createChatStreamEncoder } from '../../protocols/openai-chat/encode.ts';
import { createChatResult } from '../../protocols/openai-chat/result.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
import { tellConversation } from '../conversation-header.ts';
import { createKeepingEncoder } from '../stored-answers/create-keeping-encoder.ts';
import { foldEvents } from '../fold-events.ts';
import { giveAnswer } from '../give-answer.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { tellModel } from '../model-header.ts';
import { keepCompletion } from '../stored-answers/keep-completion.ts';
import { getClient } from '../middleware/authenticate.ts';
import { getTrace } from '../middleware/record-activity.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { type ModelSuffix, removeModelSuffix } from '../model-suffix.ts';
import { readSessionId } from '../named-session.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';
import { sendStream } from '../send-stream.ts';
import type { ServerTiming } from '../server-timing.ts';

/** What the route works with. */
export interface ChatCompletionsOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly sessions: Pick<NamedSessions, 'get'>;
  readonly catalogs: ModelCatalogs;
  /** For answers that are to be stored. */
  readonly keeper: Pick<AnswerKeeper, 'keep'>;
  /** For requests that name no `reasoning_effort`; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  readonly timing: ServerTiming;
}

/** `POST /v1/chat/completions` */
export const chatCompletions =
  (
    { answers, sessions, catalogs, keeper, defaultReasoningEffort, timing }: ChatCompletionsOptions,
    { modelSuffix }: { readonly modelSuffix: ModelSuffix },
  ): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = decodeChatRequest(request.body);
    const trace = getTrace(response);
    trace?.mark('read');
    const client = getClient(response);
    const { owner, account } = client;
    const sessionId = readSessionId(request, response);
    const context = { owner, account, sessionId, affinity: readAffinity(request), isStream: decoded.isStream };
    const hangUp = abortOnHangUp(response);
    const catalog = restrictModels(await catalogs.of(client.account), client.models);
    // A session goes on with its model until a request names another.
    const sessionModel = sessionId === null ? null : (sessions.get(owner, sessionId)?.model ?? null);
    const model = (await removeModelSuffix(catalog, decoded.model, modelSuffix)) ?? sessionModel;
    const { selection, ignored } = await catalog.resolve(model, { ...decoded, defaultReasoningEffort });
    tellModel(response, decoded.model, selection.id);
    setIgnoredHeader(response, [...decoded.ignored, ...ignored]);
    const identity = {
      id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
      created: Math.floor(Date.now() / 1000),
      model: selection.id,
    };
    const price = findPrice(selection);
    const events = giveAnswer({
      answers,
      request: { ...decoded, model: selection, requestId: getRequestId(response) },
      context,
      client,
      trace,
      onPlaced: tellConversation(response),
      hangUp,
      price,
    });
    const options = { ...decoded, sessionId, price };
    const { stored, choices } = decoded;
    const keep = (result: object): void => {
      if (stored !== null)
        keepCompletion(keeper, { owner, requestId: getRequestId(response), identity, stored, result });
    };
    if (decoded.isStream) {
      const plain = createChatStreamEncoder(identity, options);
      const encoder =
        stored === null
          ? plain
          : createKeepingEncoder(plain, { fold: createChatResult(identity, options), choices, keep });
      await sendStream({ response, events, encoder, timing, waitedMs: performance.now() - receivedAt, signal: hangUp });
    } else {
      const result = await foldEvents(events, createChatResult(identity, options));
      keep(result);
      response.json(result);
    }
  };
