import type { AnswerRequest } from '../core/answer-request.ts';
import type { Client } from '../core/client.ts';
import type { ChoiceEvent } from '../core/run-event.ts';
import type { RequestTrace } from '../engine/activity/activity-recorder.ts';
import type { AnswerContext, ConversationKind } from '../engine/answer/answer-context.ts';
import type { Answers } from '../engine/answer/create-answers.ts';
import { type ModelPrice, toCost } from '../protocols/prices/model-price.ts';
import { untilEnded } from './until-ended.ts';

/** What an answer is asked for by, whatever the wire. */
export interface AnswerJob {
  readonly answers: Pick<Answers, 'answer'>;
  readonly request: AnswerRequest;
  readonly context: AnswerContext;
  readonly client: Pick<Client, 'revocation'>;
  /** `null` where nobody takes notes. */
  readonly trace: RequestTrace | null;
  /** Told before the first event, and again where the request is placed anew. */
  readonly onPlaced: (kind: ConversationKind) => void;
  /** Told when its turn to run has come. */
  readonly onAdmitted?: () => void;
  /** Aborted when the client hangs up. */
  readonly hangUp: AbortSignal;
  /** By which its cost is estimated; `null` where none is known. */
  readonly price: ModelPrice | null;
}

/**
 * The events of an answer, as every wire encodes them: until its client hangs up, loses its access token, or the user cancels
 * the request; and written down for the panel.
 */
export async function* giveAnswer({
  answers,
  request,
  context,
  client,
  trace,
  onPlaced,
  onAdmitted = () => undefined,
  hangUp,
  price,
}: AnswerJob): AsyncGenerator<ChoiceEvent> {
  const cancellation = new AbortController();
  trace?.noteAnswer({
    model: request.model.id,
    isStream: context.isStream,
    toCost: (usage) => (price === null ? null : toCost(price, usage)),
  });
  const { traceContext } = trace ?? {};
  const traced = traceContext === undefined ? request : { ...request, traceContext };
  const answer = answers.answer(traced, context, AbortSignal.any([hangUp, cancellation.signal]), {
    onPlaced(kind) {
      onPlaced(kind);
      trace?.notePlaced(kind);
    },
    onAdmitted() {
      trace?.mark('admitted');
      onAdmitted();
    },
  });
  const events = untilEnded(answer, {
    choices: request.choices,
    endings: [client.revocation, ...(trace === null ? [] : [trace.cancellation])],
    cancel: () => cancellation.abort(),
  });
  for await (const event of events) {
    // What a cancelled run still says is about its cancelling.
    if (hangUp.aborted) break;
    trace?.noteEvent(event);
    yield event;
  }
}
