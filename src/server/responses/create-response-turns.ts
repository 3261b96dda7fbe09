import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { Answers } from '../../engine/answer/create-answers.ts';
import { createResponseObject } from '../../protocols/openai-responses/create-response-object.ts';
import { createResponseEncoder } from '../../protocols/openai-responses/encode.ts';
import { toResponsesError } from '../../protocols/openai-responses/to-responses-error.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { giveAnswer } from '../give-answer.ts';
import { createId } from './create-id.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';
import { createResponseKeeping } from './keep-response.ts';
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
  prepared: PreparedResponse,
): ResponseTurn => {
  const { decoded, tools, answer, ignored } = prepared;
  const { client } = request;
  const { owner, account } = client;
  const { isBackground, isStream } = decoded;
  const price = findPrice(answer.model);
  const { toStored, keep } = createResponseKeeping(keeper, request, prepared);
  const encoder = watchEnd(
    createResponseEncoder({
      initial: createResponseObject({
        id: createId('resp'),
        createdAt: toSeconds(Date.now()),
        model: answer.model.id,
        echo: { ...decoded.echo, tools: tools.echoTools },
        status: isBackground ? 'queued' : 'in_progress',
      }),
      names: tools.names,
      showsSummary: decoded.showsSummary,
      includesEncryptedReasoning: decoded.includesEncryptedReasoning,
      createItemId: createId,
      now: () => toSeconds(Date.now()),
      price,
    }),
    keep,
  );
  /** Nobody knows the id of one that has told nothing yet. */
  const keepCancelled = (): void => {
    if (isStream && encoder.hasBegun) encoder.cancel();
  };
  const run: ResponseTurn['run'] = (signal, onAdmitted = () => undefined) => {
    const events = giveAnswer({
      answers,
      request: answer,
      context: { owner, account, sessionId: request.sessionId, affinity: request.affinity, isStream },
      client,
      trace: request.trace,
      onPlaced: request.onPlaced,
      onAdmitted,
      hangUp: signal,
      price,
    });
    return untilHungUp(events, signal, keepCancelled);
  };
  const models = { namedModel: decoded.model, usedModel: answer.model.id };
  return { ...models, isStream, isBackground, ignored, encoder, toStored, run: decoded.generates ? run : sayNothing };
};

/** Unix seconds. */
const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

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
