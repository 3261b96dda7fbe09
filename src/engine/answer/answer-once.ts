import type { AnswerRequest } from '../../core/answer-request.ts';
import type { RunEvent } from '../../core/run-event.ts';
import type { Message } from '../../core/run-request.ts';
import { isPlaceId, type ToolResult } from '../../core/tool.ts';
import { type ConversationShape, toConversationKeys } from '../conversations/conversation-keys.ts';
import type { HeldRun } from '../conversations/held-runs.ts';
import { createModelDialogue } from '../conversations/model-dialogue.ts';
import { findToolContinuation } from '../conversations/match-tool-results.ts';
import { placeRequest, type Placement } from '../conversations/place-request.ts';
import type { ConversationKind } from './answer-context.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { AnswerRecorder } from './answer-recorder.ts';
import { type AnswerOutcome, type AnswerSource, produceAnswer } from './produce-answer.ts';
import { countInput, countText, toFollowUp, toRunRequest } from './to-run-request.ts';

/** One answer that is asked for. */
export interface AnswerJob {
  readonly request: AnswerRequest;
  readonly apiKey: string;
  readonly shape: ConversationShape;
  /** Whether it may go on with what earlier requests have left; of several choices, only the first may. */
  readonly mayContinue: boolean;
  /** Takes down what the client gets. */
  readonly recorder: AnswerRecorder;
  readonly signal: AbortSignal;
  /** Whether its session was deleted meanwhile: then nothing of it may be kept. */
  readonly isForgotten: () => boolean;
  /** Told before the first event, and again where a continued agent turns out to be lost. */
  readonly onConversation: (kind: ConversationKind) => void;
}

/**
 * Gives one answer: finds the agent or the run to go on with, or takes a new one; lets it answer; and keeps it for what
 * comes next. An agent whose run was cut short is never used again, since it knows another answer than the client.
 *
 * @throws GatewayError where the request cannot be run at all
 */
export async function* answerOnce(environment: AnswerEnvironment, job: AnswerJob): AsyncGenerator<RunEvent> {
  const slot = await environment.admission.enter(job.signal);
  try {
    yield* answerAdmitted(environment, job);
  } finally {
    slot[Symbol.dispose]();
  }
}

async function* answerAdmitted(environment: AnswerEnvironment, job: AnswerJob): AsyncGenerator<RunEvent> {
  const { request, shape, signal, recorder } = job;
  const keys = toConversationKeys(shape, request.messages);
  const repeatKey = job.mayContinue ? toRepeatKey(request, keys.whole.at(-1) ?? '') : null;
  const repeated = repeatKey === null ? undefined : environment.repeats.get(repeatKey);
  if (repeated !== undefined) {
    job.onConversation('resumed-tools');
    for (const event of repeated) {
      recorder.push(event);
      yield event;
    }
    return;
  }

  let placement: Placement = job.mayContinue
    ? placeRequest(environment, shape.owner, keys, request.messages)
    : { kind: 'new', messages: request.messages };
  for (;;) {
    job.onConversation(placement.kind);
    const begun = await begin(environment, job, placement);
    const { source } = begun;
    const { dialogue } = source;
    const cancel = (): void => dialogue.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    const told: RunEvent[] = [];
    let end: RunEvent | null = null;
    let outcome: AnswerOutcome | null = null;
    try {
      const events = begun.unreleased === null ? produceAnswer(source) : releaseNext(begun.unreleased);
      for (;;) {
        const { value, done } = await events.next();
        if (done === true) {
          outcome = value;
          break;
        }
        told.push(value);
        recorder.push(value);
        // A client may go on as soon as it has the last event: all must be settled by then.
        if (value.type === 'run-end') end = value;
        else yield value;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
      settle(environment, job, begun, signal.aborted ? null : outcome);
    }
    if (outcome.type !== 'failed') {
      if (placement.kind === 'resumed-tools' && repeatKey !== null) environment.repeats.set(repeatKey, told);
      if (end !== null) yield end;
      return;
    }
    const isLost = placement.kind === 'continued' && told.length === 0 && LOSSES.has(outcome.error.code);
    if (!isLost || signal.aborted) {
      yield { type: 'run-error', error: outcome.error };
      return;
    }
    placement = { kind: 'rebuilt', messages: request.messages };
  }
}

/** Failures of a kept agent that a new one may not have. */
const LOSSES: ReadonlySet<string> = new Set(['upstream_error', 'bridge_unavailable']);

interface BegunAnswer {
  readonly source: AnswerSource;
  /** A held run whose next call is due, without another word from the model. */
  readonly unreleased: HeldRun | null;
  /** What the run had been held as before. */
  readonly held: HeldRun | null;
}

/** Sets the model to work. What the placement took goes back where the request turns out to be impossible. */
const begin = async (environment: AnswerEnvironment, job: AnswerJob, placement: Placement): Promise<BegunAnswer> => {
  const { request, apiKey } = job;
  if (placement.kind === 'resumed-tools') {
    const { held } = placement;
    let results: readonly ToolResult[];
    try {
      results = await prepareResults(environment, placement.results, job.signal);
    } catch (error) {
      environment.heldRuns.hold(held);
      throw error;
    }
    const { dialogue } = held;
    dialogue.sendToolResults(results);
    const base = toRunRequest(request, apiKey, { agentId: null, messages: request.messages });
    const followUp = (text: string): void => dialogue.start(toFollowUp(base, dialogue.started?.agentId ?? null, text));
    const inputCharacters = results.reduce((sum, { content }) => sum + countText(content), 0);
    const source = toSource(environment, request, { dialogue, followUp, inputCharacters, reported: held.reported });
    return { source, unreleased: held.unreleased.length > 0 ? held : null, held };
  }

  const agentId = placement.kind === 'continued' ? placement.agentId : null;
  let messages: readonly Message[];
  try {
    messages = await environment.prepareImages(placement.messages, job.signal);
  } catch (error) {
    if (placement.kind === 'continued') {
      environment.keptAgents.keep(placement.key, placement.agentId, job.shape);
    }
    throw error;
  }
  const run = toRunRequest(request, apiKey, { agentId, messages });
  const dialogue = createModelDialogue(environment.backend);
  dialogue.start(run);
  const followUp = (text: string): void => dialogue.start(toFollowUp(run, dialogue.started?.agentId ?? null, text));
  const source = toSource(environment, request, {
    dialogue,
    followUp,
    inputCharacters: countInput(run),
    reported: null,
  });
  return { source, unreleased: null, held: null };
};

const toSource = (
  { repeatedCallLimit }: AnswerEnvironment,
  request: AnswerRequest,
  own: Pick<AnswerSource, 'dialogue' | 'followUp' | 'inputCharacters' | 'reported'>,
): AnswerSource => ({ ...own, request, messages: request.messages, repeatedCallLimit });

const prepareResults = async (
  { prepareImages }: AnswerEnvironment,
  results: readonly ToolResult[],
  signal: AbortSignal,
): Promise<readonly ToolResult[]> => {
  const messages = results.map(({ toolCallId, content }) => ({ role: 'tool', toolCallId, content }) as const);
  const prepared = await prepareImages(messages, signal);
  return results.map((result, index) => ({ ...result, content: prepared[index]?.content ?? result.content }));
};

/** Tells the client of the next call of a batch, where it takes one at a time. */
async function* releaseNext({ dialogue, unreleased, reported }: HeldRun): AsyncGenerator<RunEvent, AnswerOutcome> {
  const [call, ...rest] = unreleased;
  if (call === undefined) throw new Error('There is no call to release.');
  if (dialogue.started !== null) yield dialogue.started;
  yield { type: 'tool-call', ...call };
  yield { type: 'run-end', finishReason: 'tool_calls', usage: NOTHING, durationMs: 0 };
  return { type: 'waiting', unreleased: rest, reported };
}

const NOTHING = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

/** Keeps agent or run for the next request, or lets go of them. `null` stands for a client that has hung up. */
const settle = (
  { backend, heldRuns, keptAgents, known }: AnswerEnvironment,
  { request, shape, recorder, isForgotten }: AnswerJob,
  { source: { dialogue }, held }: BegunAnswer,
  outcome: AnswerOutcome | null,
): void => {
  const answer = recorder.toMessage();
  const agentId = dialogue.started?.agentId ?? null;
  const letGo = (): void => {
    dialogue.cancel();
    if (agentId !== null) backend.releaseAgents([agentId]);
  };
  if (answer === null || outcome?.type === 'failed' || isForgotten()) {
    letGo();
    return;
  }
  const after = toConversationKeys(shape, [...request.messages, answer]);
  const key = after.whole.at(-1) ?? '';
  known.add(after);
  if (outcome?.type === 'finished' && agentId !== null) {
    keptAgents.keep(key, agentId, shape);
  } else if (outcome?.type === 'waiting') {
    const now = Date.now();
    heldRuns.hold({
      key,
      dialogue,
      calls: answer.toolCalls,
      unreleased: outcome.unreleased,
      reported: outcome.reported,
      owner: shape.owner,
      sessionId: shape.sessionId,
      modelId: shape.model.id,
      createdAt: held?.createdAt ?? now,
      heldAt: now,
    });
  } else {
    letGo();
  }
};

/** Names a request with tool results by all that it says; `null` for one without, or whose calls have no ids of their own. */
const toRepeatKey = (request: AnswerRequest, conversation: string): string | null => {
  const ids = findToolContinuation(request.messages)?.calls.map(({ id }) => id) ?? [];
  if (ids.length === 0 || ids.some((id) => isPlaceId(id))) return null;
  const { toolChoice, parallelToolCalls, limits, format } = request;
  return JSON.stringify([conversation, ids, toolChoice, parallelToolCalls, limits, format]);
};
