import type { AnswerRequest } from '../../core/answer-request.ts';
import type { RunEvent, RunFailure } from '../../core/run-event.ts';
import type { Slot } from '../admission.ts';
import type { ConversationShape, GrowingConversationKeys } from '../conversations/conversation-keys.ts';
import { placeRequest, type Placement } from '../conversations/place-request.ts';
import type { AnswerObserver } from './answer-context.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { AnswerRecorder } from './answer-recorder.ts';
import { beginAnswer, type BegunAnswer, releaseNext } from './begin-answer.ts';
import { type AnswerOutcome, produceAnswer } from './produce-answer.ts';
import { settleAnswer } from './settle-answer.ts';

/** One answer that is asked for. */
export interface AnswerJob {
  readonly request: AnswerRequest;
  readonly apiKey: string;
  readonly shape: ConversationShape;
  /** The digests of the request's conversation. */
  readonly keys: GrowingConversationKeys;
  /** Whether it may go on with what earlier requests have left; of several choices, only the first may. */
  readonly mayContinue: boolean;
  /** Takes down what the client gets. */
  readonly recorder: AnswerRecorder;
  readonly signal: AbortSignal;
  /** Whether its session was deleted meanwhile: then nothing of it may be kept. */
  readonly isForgotten: () => boolean;
  readonly observer: AnswerObserver;
}

/**
 * Gives one answer: finds the agent or the run to go on with, or takes a new one; lets it answer; and keeps it for what
 * comes next. An agent whose run was cut short is never used again, since it knows another answer than the client.
 *
 * @throws GatewayError where the request cannot be run at all
 */
export async function* answerOnce(environment: AnswerEnvironment, job: AnswerJob): AsyncGenerator<RunEvent> {
  const { request, keys, signal } = job;
  const placement: Placement = job.mayContinue
    ? placeRequest(environment, keys, request.messages)
    : { kind: 'new', messages: request.messages };
  job.observer.onPlaced(placement.kind);
  let slot: Slot | null = null;
  let begun: BegunAnswer;
  try {
    slot = await environment.admission.enter(signal);
    job.observer.onAdmitted();
    begun = await beginAnswer(environment, job, placement);
  } catch (error) {
    slot?.[Symbol.dispose]();
    giveBack(environment, job, placement);
    throw error;
  }
  try {
    const failure = yield* tell(environment, job, begun);
    if (failure === null) return;
    if (!isLost(failure, placement) || signal.aborted) {
      yield { type: 'run-error', error: failure.error };
      return;
    }
    job.observer.onPlaced('rebuilt');
    const again = await beginAnswer(environment, job, { kind: 'rebuilt', messages: request.messages });
    const second = yield* tell(environment, job, again);
    if (second !== null) yield { type: 'run-error', error: second.error };
  } finally {
    slot[Symbol.dispose]();
  }
}

interface Failure {
  readonly error: RunFailure;
  readonly hasOutput: boolean;
}

/** Gives out the events of an answer and settles what becomes of its agent; `null` where it has come to its end. */
async function* tell(
  environment: AnswerEnvironment,
  job: AnswerJob,
  begun: BegunAnswer,
): AsyncGenerator<RunEvent, Failure | null> {
  const { signal, recorder } = job;
  const { source, due } = begun;
  const cancel = (): void => source.dialogue.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  let hasOutput = false;
  let end: RunEvent | null = null;
  let outcome: AnswerOutcome | null = null;
  try {
    const events = due.length === 0 ? produceAnswer(source) : releaseNext(begun);
    for (;;) {
      const { value, done } = await events.next();
      if (done === true) {
        outcome = value;
        break;
      }
      hasOutput = true;
      recorder.push(value);
      // A client may go on as soon as it has the last event: all must be settled by then.
      if (value.type === 'run-end') end = value;
      else yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    settleAnswer(environment, job, begun, signal.aborted ? null : outcome);
  }
  if (outcome.type === 'failed') return { error: outcome.error, hasOutput };
  if (end !== null) yield end;
  return null;
}

/** Whether a failure means that what the request went on with is gone, so that its transcript may still do. */
const isLost = ({ error, hasOutput }: Failure, { kind }: Placement): boolean =>
  !hasOutput && error.code === 'bridge_unavailable' && (kind === 'continued' || kind === 'resumed-tools');

/** Puts back what was taken for a request that did not come to run. */
const giveBack = (
  { backend, heldRuns, keptAgents }: AnswerEnvironment,
  { isForgotten }: AnswerJob,
  placement: Placement,
): void => {
  if (placement.kind === 'resumed-tools') {
    if (isForgotten()) placement.held.dialogue.cancel();
    else heldRuns.hold(placement.held);
  } else if (placement.kind === 'continued') {
    if (isForgotten()) backend.releaseAgents([placement.agent.agentId]);
    else keptAgents.keep(placement.key, placement.agent);
  }
};
