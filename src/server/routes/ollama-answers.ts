import type { RequestHandler } from 'express';
import type { Answers } from '../../engine/answer/create-answers.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import type { ModelUse } from '../../engine/model-use.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import { toLoadedAnswer } from '../../protocols/ollama/answer-object.ts';
import type { OllamaAnswerKind } from '../../protocols/ollama/answer-options.ts';
import { type DecodedOllamaRequest, decodeOllamaChat, decodeOllamaGenerate } from '../../protocols/ollama/decode.ts';
import { createOllamaStreamEncoder } from '../../protocols/ollama/encode.ts';
import { createOllamaResult } from '../../protocols/ollama/result.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
import { tellConversation } from '../conversation-header.ts';
import { foldEvents } from '../fold-events.ts';
import { giveAnswer } from '../give-answer.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { tellModel } from '../model-header.ts';
import { getClient } from '../middleware/authenticate.ts';
import { getTrace } from '../middleware/record-activity.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { readSessionId } from '../named-session.ts';
import { sendStream } from '../send-stream.ts';
import type { ServerTiming } from '../server-timing.ts';

/** What the routes work with. */
export interface OllamaAnswersOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly catalogs: ModelCatalogs;
  readonly modelUse: Pick<ModelUse, 'note' | 'keep'>;
  /** For requests that name no level of thinking; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  readonly timing: ServerTiming;
}

const DECODERS: Readonly<Record<OllamaAnswerKind, (body: unknown) => DecodedOllamaRequest>> = {
  chat: decodeOllamaChat,
  generate: decodeOllamaGenerate,
};

/** `POST /api/chat` and `/api/generate`. */
export const ollamaAnswer =
  (
    { answers, catalogs, modelUse, defaultReasoningEffort, timing }: OllamaAnswersOptions,
    kind: OllamaAnswerKind,
  ): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = DECODERS[kind](request.body);
    const trace = getTrace(response);
    trace?.mark('read');
    const client = getClient(response);
    const { owner, account } = client;
    const sessionId = readSessionId(request, response);
    const context = { owner, account, sessionId, affinity: readAffinity(request), isStream: decoded.isStream };
    const hangUp = abortOnHangUp(response);
    const catalog = restrictModels(await catalogs.of(account), client.models);
    const { selection, ignored } = await catalog.resolve(decoded.model, { ...decoded, defaultReasoningEffort });
    tellModel(response, decoded.model, selection.id);
    setIgnoredHeader(response, [
      ...decoded.ignored,
      ...ignored.map((field) => (field === 'reasoning_effort' ? 'think' : field)),
    ]);
    const { conversation, keepMs, name, showsThinking } = decoded;
    if (keepMs !== null) modelUse.keep(owner, selection.id, keepMs);
    const options = {
      kind,
      model: name,
      showsThinking,
      now: Date.now,
      elapsedMs: () => performance.now() - receivedAt,
    };
    if (conversation === null) {
      modelUse.note(owner, selection.id);
      response.json(toLoadedAnswer(options, keepMs));
      return;
    }
    const events = giveAnswer({
      answers,
      request: {
        ...conversation,
        requestId: getRequestId(response),
        model: selection,
        tools: decoded.tools,
        toolChoice: 'auto',
        parallelToolCalls: true,
        choices: 1,
        limits: decoded.limits,
        format: decoded.format,
      },
      context,
      client,
      trace,
      onPlaced: tellConversation(response),
      hangUp,
      price: findPrice(selection),
    });
    if (decoded.isStream) {
      await sendStream({
        response,
        contentType: 'application/x-ndjson',
        events,
        encoder: createOllamaStreamEncoder(options),
        timing,
        waitedMs: performance.now() - receivedAt,
        signal: hangUp,
      });
    } else {
      response.json(await foldEvents(events, createOllamaResult(options)));
    }
  };
