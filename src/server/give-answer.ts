import type { AnswerRequest } from '../core/answer-request.ts';
import type { Client } from '../core/client.ts';
import type { ChoiceEvent } from '../core/run-event.ts';
import type { Usage } from '../core/usage.ts';
import type { RequestTrace } from '../engine/activity/activity-recorder.ts';
import type { AnswerContext, ConversationKind } from '../engine/answer/answer-context.ts';
import type { Answers } from '../engine/answer/create-answers.ts';
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
  /** Aborted when the client hangs up. */
  readonly hangUp: AbortSignal;
  /** In USD, by list prices; `null` where none is known. */
  readonly toCost: (usage: Usage) => number | null;
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
  hangUp,
  toCost,
}: AnswerJob): AsyncGenerator<ChoiceEvent> {
  const cancellation = new AbortController();
  trace?.noteAnswer({ model: request.model.id, isStream: context.isStream, toCost });
  const answer = answers.answer(request, context, AbortSignal.any([hangUp, cancellation.signal]), {
    onPlaced(kind) {
      onPlaced(kind);
      trace?.notePlaced(kind);
    },
    onAdmitted: () => trace?.mark('admitted'),
  });
  const events = untilEnded(answer, {
    choices: request.choices,
    endings: [client.revocation, ...(trace === null ? [] : [trace.cancellation])],
    cancel: () => cancellation.abort(),
  });
  for await (const event of events) {
    trace?.noteEvent(event);
    yield event;
  }
}
