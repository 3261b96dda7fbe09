import type { RequestHandler } from 'express';
import type { AnswerRequest } from '../core/answer-request.ts';
import type { ModelSelection } from '../core/model.ts';
import type { ChoiceEvent } from '../core/run-event.ts';
import type { Answers } from '../engine/answer/create-answers.ts';
import type { ModelCatalog } from '../engine/model-catalog.ts';
import type { ModelCatalogs } from '../engine/model-catalogs.ts';
import type { ModelParameterOptions } from '../engine/model-parameters.ts';
import { restrictModels } from '../engine/restrict-models.ts';
import type { NamedSessions } from '../engine/sessions/named-sessions.ts';
import { findPrice } from '../protocols/prices/find-price.ts';
import type { ModelPrice } from '../protocols/prices/model-price.ts';
import type { ResultFold, StreamEncoder } from '../protocols/stream-encoder.ts';
import { abortOnHangUp } from './abort-on-hang-up.ts';
import { readAffinity } from './affinity.ts';
import { tellConversation } from './conversation-header.ts';
import { foldEvents } from './fold-events.ts';
import { giveAnswer } from './give-answer.ts';
import { setIgnoredHeader } from './ignored-header.ts';
import { getClient } from './middleware/authenticate.ts';
import { getTrace } from './middleware/record-activity.ts';
import { getRequestId } from './middleware/request-id.ts';
import { tellModel } from './model-header.ts';
import { readSessionId } from './named-session.ts';
import { sendStream } from './send-stream.ts';
import type { ServerTiming } from './server-timing.ts';

/** What answers are made with, whatever the wire. */
export interface AnswerOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly sessions: Pick<NamedSessions, 'get'>;
  readonly catalogs: ModelCatalogs;
  /** For requests that say nothing of reasoning; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  readonly timing: ServerTiming;
}

/** What every wire's request tells. */
export interface DecodedRequest extends Omit<ModelParameterOptions, 'defaultReasoningEffort'> {
  /** As the client wrote it; `null` where it named none. */
  readonly model: string | null;
  readonly isStream: boolean;
  /** The fields that were sent and have no effect. */
  readonly ignored: readonly string[];
}

/** What is known once the request has found its model. */
export interface AnswerSetting {
  readonly owner: string;
  readonly requestId: string;
  readonly sessionId: string | null;
  readonly catalog: ModelCatalog;
  readonly selection: ModelSelection;
  readonly price: ModelPrice | null;
  /** Milliseconds since the request came. */
  readonly elapsedMs: () => number;
}

/** What one wire makes of a request. */
export interface WireAnswer {
  readonly request: Omit<AnswerRequest, 'model' | 'requestId'>;
  /** In place of those that answer one conversation. */
  readonly answers?: Pick<Answers, 'answer'>;
  /** In place of a run, where none is asked for. */
  readonly events?: AsyncIterable<ChoiceEvent>;
  /** Of a stream; server-sent events where it is left out. */
  readonly contentType?: string;
  readonly createEncoder: () => StreamEncoder;
  readonly createResult: () => ResultFold;
  /** Called with a JSON answer before it is sent. */
  readonly onResult?: (result: object) => void;
}

/** A wire, from the side of its route. */
export interface AnswerWire<Decoded extends DecodedRequest> {
  /** @throws GatewayError for a body that cannot be served. */
  readonly decode: (body: unknown) => Decoded;
  /** How the names of models are understood here, where that differs. */
  readonly toCatalog?: (catalog: ModelCatalog) => ModelCatalog;
  readonly toModel?: (catalog: ModelCatalog, named: string | null) => Promise<string | null>;
  /** What the wire calls a field that has no effect on the model. */
  readonly toField?: (field: string, decoded: Decoded) => string;
  /** What to answer with; a body is sent as it is. */
  readonly toAnswer: (
    decoded: Decoded,
    setting: AnswerSetting,
  ) => WireAnswer | { readonly body: object } | Promise<WireAnswer | { readonly body: object }>;
}

/** The handler of a route that answers by a model, streamed or not: what is alike on every wire whose answers are not stored first. */
export const serveAnswer =
  <Decoded extends DecodedRequest>(options: AnswerOptions, wire: AnswerWire<Decoded>): RequestHandler =>
  async (request, response) => {
    const { answers, sessions, catalogs, defaultReasoningEffort, timing } = options;
    const receivedAt = performance.now();
    const elapsedMs = (): number => performance.now() - receivedAt;
    const decoded = wire.decode(request.body);
    const { isStream } = decoded;
    const trace = getTrace(response);
    trace?.mark('read');
    const client = getClient(response);
    const { owner, account } = client;
    const requestId = getRequestId(response);
    const sessionId = readSessionId(request, response);
    const context = { owner, account, sessionId, affinity: readAffinity(request), isStream };
    const hangUp = abortOnHangUp(response);
    const allowed = restrictModels(await catalogs.of(account), client.models);
    const catalog = wire.toCatalog?.(allowed) ?? allowed;
    const named = wire.toModel === undefined ? decoded.model : await wire.toModel(catalog, decoded.model);
    // A session goes on with its model until a request names another.
    const model = named ?? (sessionId === null ? null : (sessions.get(owner, sessionId)?.model ?? null));
    const { selection, ignored } = await catalog.resolve(model, { ...decoded, defaultReasoningEffort });
    tellModel(response, decoded.model, selection.id);
    setIgnoredHeader(response, [
      ...decoded.ignored,
      ...ignored.map((field) => wire.toField?.(field, decoded) ?? field),
    ]);
    const price = findPrice(selection);
    const answer = await wire.toAnswer(decoded, { owner, requestId, sessionId, catalog, selection, price, elapsedMs });
    if ('body' in answer) {
      response.json(answer.body);
      return;
    }
    const events =
      answer.events ??
      giveAnswer({
        answers: answer.answers ?? answers,
        request: { ...answer.request, model: selection, requestId },
        context,
        client,
        trace,
        onPlaced: tellConversation(response),
        hangUp,
        price,
      });
    if (isStream) {
      await sendStream({
        response,
        ...(answer.contentType !== undefined && { contentType: answer.contentType }),
        events,
        encoder: answer.createEncoder(),
        timing,
        waitedMs: elapsedMs(),
        signal: hangUp,
      });
      return;
    }
    const result = await foldEvents(events, answer.createResult());
    answer.onResult?.(result);
    response.json(result);
  };
