import type { StoredAnswer } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { Answers } from '../../engine/answer/create-answers.ts';
import { createResponseObject } from '../../protocols/openai-responses/create-response-object.ts';
import { createResponseEncoder } from '../../protocols/openai-responses/encode.ts';
import type { ResponseObject } from '../../protocols/openai-responses/response-object.ts';
import { toStoredInput } from '../../protocols/openai-responses/stored-items.ts';
import { toResponsesError } from '../../protocols/openai-responses/to-responses-error.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { giveAnswer } from '../give-answer.ts';
import { createId } from './create-id.ts';
import { toReferenceIds, toUnknownItems } from './item-references.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';
import { type PreparedResponse, type PrepareOptions, prepareResponse } from './prepare-response.ts';
import type { ResponseTurn, ResponseTurnRequest, ResponseTurns } from './response-turn.ts';
import { watchEnd } from './watch-end.ts';

export interface ResponseTurnsOptions extends PrepareOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly keeper: AnswerKeeper;
}

export const createResponseTurns = (options: ResponseTurnsOptions): ResponseTurns => ({
  async begin(request) {
    const { trace } = request;
    try {
      const prepared = await prepareResponse(options, request.body, request, { onRead: () => trace?.mark('read') });
      return toTurn(options, request, prepared);
    } catch (error) {
      throw toResponsesError(GatewayError.from(error));
    }
  },
});

const toTurn = (
  { answers, keeper }: ResponseTurnsOptions,
  request: ResponseTurnRequest,
  { decoded, context, input, tools, answer, ignored }: PreparedResponse,
): ResponseTurn => {
  const { client, recent } = request;
  const { owner, account } = client;
  const { isBackground, isStream, isStored, conversationId } = decoded;
  const price = findPrice(answer.model);
  const createdAt = Date.now();
  const storedInput = toStoredInput(decoded.input, createId);
  const initial = createResponseObject({
    id: createId('resp'),
    createdAt: Math.floor(createdAt / 1000),
    model: answer.model.id,
    echo: { ...decoded.echo, tools: tools.echoTools },
    status: isBackground ? 'queued' : 'in_progress',
  });
  const toStored = (body: ResponseObject, processId: number | null): StoredAnswer => {
    // What only the connection remembers is no link of a stored chain: all of it is stored here.
    const isLinked = context.stored !== null || decoded.previousResponseId === null;
    return {
      id: body.id,
      kind: 'response',
      owner,
      threadId: context.stored?.threadId ?? body.id,
      previousId: context.stored?.id ?? null,
      model: body.model,
      metadata: body.metadata,
      createdAt,
      body: { ...body },
      input: isLinked ? storedInput : [...toStoredInput(context.items, createId), ...storedInput],
      processId,
    };
  };
  const keep = (response: ResponseObject): void => {
    // What belonged to a token that is worth nothing any more has just been removed.
    if (client.revocation.aborted) return;
    const { id, status, output } = response;
    const isKept = isStored && !isBackground && keeper.keep(toStored(response, null));
    if (status === 'completed' || status === 'incomplete') {
      if (conversationId === null) {
        recent?.add(id, { previous: context.remembered, input, output, storedId: isKept ? id : null });
      } else {
        const added = toUnknownItems(storedInput, { input, context: context.items });
        keeper.appendToConversation(owner, conversationId, [...added, ...output]);
      }
    }
    const itemIds = [...context.used.itemIds, ...toReferenceIds(decoded.input)];
    keeper.noteUse(owner, { ...context.used, itemIds });
  };
  const encoder = watchEnd(
    createResponseEncoder({
      initial,
      names: tools.names,
      showsSummary: decoded.showsSummary,
      includesEncryptedReasoning: decoded.includesEncryptedReasoning,
      createItemId: createId,
      now: () => Math.floor(Date.now() / 1000),
      price,
    }),
    keep,
  );
  return {
    isStream,
    isBackground,
    ignored,
    encoder,
    toStored,
    run: (signal, onAdmitted = () => undefined) =>
      decoded.generates
        ? untilHungUp(
            giveAnswer({
              answers,
              request: answer,
              context: { owner, account, sessionId: request.sessionId, affinity: request.affinity, isStream },
              client,
              trace: request.trace,
              onPlaced: request.onPlaced,
              onAdmitted,
              hangUp: signal,
              price,
            }),
            signal,
            () => {
              // Nobody knows the id of one that has told nothing yet.
              if (isStream && encoder.hasBegun) encoder.cancel();
            },
          )
        : sayNothing(),
  };
};

/** The events of an answer; `onHangUp` is told where its client hung up before the last one. */
async function* untilHungUp(
  events: AsyncIterable<ChoiceEvent>,
  signal: AbortSignal,
  onHangUp: () => void,
): AsyncGenerator<ChoiceEvent> {
  try {
    yield* events;
  } catch (error) {
    if (!signal.aborted) throw toResponsesError(GatewayError.from(error));
  } finally {
    if (signal.aborted) onHangUp();
  }
}

/** A request that only lets its items be known: https://developers.openai.com/api/docs/guides/websocket-mode */
async function* sayNothing(): AsyncGenerator<ChoiceEvent> {
  yield { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 0 };
}
