import type { Request, RequestHandler, Response } from 'express';
import type { AnswerStore, StoredAnswerBody } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import { decodePageQuery, PAGE_FIELDS, takePage, toListPage, toNothingAfter } from '../../protocols/list-page.ts';
import { createResponseResult } from '../../protocols/openai-responses/result.ts';
import { createResponseSseEncoder, toSseFrame } from '../../protocols/openai-responses/sse.ts';
import { toStoredEvents } from '../../protocols/openai-responses/stored-events.ts';
import type { ResponseEvent } from '../../protocols/openai-responses/response-object.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
import { tellConversation } from '../conversation-header.ts';
import { foldEvents } from '../fold-events.ts';
import { setIgnoredHeader, setIgnoredQueryHeader } from '../ignored-header.ts';
import { tellModel } from '../model-header.ts';
import { getClient, getOwner } from '../middleware/authenticate.ts';
import { getTrace, leaveTraceOpen } from '../middleware/record-activity.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { readSessionId } from '../named-session.ts';
import { settleOrphaned } from '../responses/abandoned-responses.ts';
import type { BackgroundResponses } from '../responses/background-responses.ts';
import { decodeRetrieval } from '../responses/decode-retrieval.ts';
import { readInput } from '../responses/item-references.ts';
import type { ResponseTurns } from '../responses/response-turn.ts';
import { sendFrames } from '../send-frames.ts';
import { sendStream } from '../send-stream.ts';
import type { ServerTiming } from '../server-timing.ts';

/** What the routes work with. */
export interface ResponsesOptions {
  readonly turns: ResponseTurns;
  readonly background: BackgroundResponses;
  readonly store: AnswerStore;
  readonly timing: ServerTiming;
}

type ById = Request<{ id: string }>;

/** The handlers of `/v1/responses` and of what is below it. */
export const responseRoutes = ({ turns, background, store, timing }: ResponsesOptions) => {
  /** Sends events that are made already, or by somebody else who sees to signs of life too. */
  const sendEvents = async (response: Response, toEvents: (signal: AbortSignal) => AsyncIterable<ResponseEvent>) => {
    const signal = abortOnHangUp(response);
    let nextNumber = 0;
    const toFrames = async function* (): AsyncGenerator<string> {
      for await (const event of toEvents(signal)) {
        nextNumber = event.sequence_number + 1;
        yield toSseFrame(event);
      }
    };
    await sendFrames({
      response,
      frames: toFrames(),
      heartbeat: () => '',
      toErrorFrame: (error) => toSseFrame(toErrorEvent(error, nextNumber)),
      timing,
      waitedMs: 0,
      signal,
    });
  };

  const find = (response: Response, id: string): StoredAnswerBody => {
    const stored = store.findBody(getOwner(response), id);
    if (stored?.kind === 'response') return settleOrphaned(store, stored);
    throw toNotFound(id);
  };

  const create: RequestHandler = async (request, response) => {
    const receivedAt = performance.now();
    const client = getClient(response);
    const trace = getTrace(response);
    const turn = await turns.begin({
      body: request.body,
      client,
      requestId: getRequestId(response),
      trace,
      sessionId: readSessionId(request, response),
      affinity: readAffinity(request),
      recent: null,
      onPlaced: tellConversation(response),
    });
    tellModel(response, turn.namedModel, turn.usedModel);
    setIgnoredHeader(response, turn.ignored);
    const { encoder, isStream } = turn;
    if (turn.isBackground) {
      const job = background.start(turn, { owner: client.owner, requestId: getRequestId(response), trace });
      leaveTraceOpen(response);
      if (isStream) await sendEvents(response, (signal) => job.follow(-1, signal));
      else response.json(job.response);
      return;
    }
    const hangUp = abortOnHangUp(response);
    const events = turn.run(hangUp);
    if (isStream) {
      const waitedMs = performance.now() - receivedAt;
      await sendStream({
        response,
        events,
        encoder: createResponseSseEncoder(encoder),
        timing,
        waitedMs,
        signal: hangUp,
      });
    } else {
      response.json(await foldEvents(events, createResponseResult(encoder)));
    }
  };

  return {
    create,
    get: async (request: ById, response: Response): Promise<void> => {
      const { id } = request.params;
      const { isStream, startingAfter } = decodeRetrieval(request.query);
      setIgnoredQueryHeader(response, request.query, ['stream', 'starting_after']);
      const owner = getOwner(response);
      const job = background.find(owner, id);
      if (!isStream) {
        response.json(job?.response ?? find(response, id).body);
        return;
      }
      if (job !== null) {
        await sendEvents(response, (signal) => job.follow(startingAfter, signal));
        return;
      }
      const { body, processId } = find(response, id);
      if (processId !== null) throw toMadeElsewhere(id);
      const events = toStoredEvents(body, store.readEvents(owner, id), startingAfter);
      await sendEvents(response, () => fromArray(events));
    },
    remove: (request: ById, response: Response): void => {
      const { id } = request.params;
      background.find(getOwner(response), id)?.cancel();
      find(response, id);
      store.remove(getOwner(response), id);
      response.json({ id, object: 'response', deleted: true });
    },
    cancel: (request: ById, response: Response): void => {
      const { id } = request.params;
      const job = background.find(getOwner(response), id);
      if (job !== null) {
        job.cancel();
        response.json(job.response);
        return;
      }
      const { body, processId } = find(response, id);
      if (processId !== null) throw toMadeElsewhere(id);
      if (body['background'] !== true) {
        throw new GatewayError(
          'invalid_request',
          'Only responses that were created with background: true can be cancelled.',
          {
            param: 'response_id',
          },
        );
      }
      response.json(body);
    },
    listInputItems: (request: ById, response: Response): void => {
      const { id } = request.params;
      const stored = store.find(getOwner(response), id);
      if (stored?.kind !== 'response') throw toNotFound(id);
      const page = takePage<JsonObject>(readInput(store, stored), decodePageQuery(request.query, 'desc'));
      if (page === null) throw toNothingAfter();
      setIgnoredQueryHeader(response, request.query, PAGE_FIELDS);
      response.json(toListPage(page.items, page.hasMore));
    },
  };
};

const toMadeElsewhere = (id: string): GatewayError =>
  new GatewayError(
    'conflict',
    `Another Portside on this machine makes the response '${id}'. Follow or cancel it there, or ask for it without a stream until it is over.`,
    { param: 'response_id' },
  );

const toNotFound = (id: string): GatewayError =>
  new GatewayError('not_found', `Response with id '${id}' not found.`, { param: 'response_id' });

async function* fromArray(events: readonly ResponseEvent[]): AsyncGenerator<ResponseEvent> {
  yield* events;
}

/** Schema `ResponseErrorEvent`. */
const toErrorEvent = ({ message, param, spec }: GatewayError, sequenceNumber: number): ResponseEvent => ({
  type: 'error',
  sequence_number: sequenceNumber,
  code: spec.openaiCode,
  message,
  param,
});
