import type { Response } from 'express';
import type { AnswerRequest } from '../core/answer-request.ts';
import type { ChoiceEvent } from '../core/run-event.ts';
import type { Usage } from '../core/usage.ts';
import type { AnswerContext } from '../engine/answer/answer-context.ts';
import type { Answers } from '../engine/answer/create-answers.ts';
import { getClient } from './middleware/authenticate.ts';
import { getTrace } from './middleware/record-activity.ts';
import { getRequestId } from './middleware/request-id.ts';
import { untilEnded } from './until-ended.ts';

/** What an answer is asked for by, whatever the wire. */
export interface AnswerJob {
  readonly answers: Pick<Answers, 'answer'>;
  readonly request: Omit<AnswerRequest, 'requestId'>;
  readonly context: AnswerContext;
  readonly response: Response;
  /** Aborted when the client hangs up. */
  readonly hangUp: AbortSignal;
  /** In USD, by list prices; `null` where none is known. */
  readonly toCost: (usage: Usage) => number | null;
}

/**
 * The events of an answer, as every wire encodes them: until its client hangs up, loses its access token, or the user cancels
 * the request; and written down for the panel. `X-Portside-Conversation` is set before the first one.
 */
export async function* giveAnswer({
  answers,
  request,
  context,
  response,
  hangUp,
  toCost,
}: AnswerJob): AsyncGenerator<ChoiceEvent> {
  const trace = getTrace(response);
  const cancellation = new AbortController();
  trace?.noteAnswer({ model: request.model.id, isStream: context.isStream, toCost });
  const answer = answers.answer(
    { ...request, requestId: getRequestId(response) },
    context,
    AbortSignal.any([hangUp, cancellation.signal]),
    {
      onPlaced(kind) {
        if (!response.headersSent) response.setHeader('X-Portside-Conversation', kind);
        trace?.notePlaced(kind);
      },
      onAdmitted: () => trace?.mark('admitted'),
    },
  );
  const events = untilEnded(answer, {
    choices: request.choices,
    endings: [getClient(response).revocation, ...(trace === null ? [] : [trace.cancellation])],
    cancel: () => cancellation.abort(),
  });
  for await (const event of events) {
    trace?.noteEvent(event);
    yield event;
  }
}
