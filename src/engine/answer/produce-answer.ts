import type { AnswerRequest, OutputLimits } from '../../core/answer-request.ts';
import type { FinishReason, RunEnd, RunEvent, RunFailure } from '../../core/run-event.ts';
import type { ToolCall } from '../../core/run-request.ts';
import { addUsage, subtractUsage, type Usage } from '../../core/usage.ts';
import type { ModelDialogue } from '../conversations/model-dialogue.ts';
import { readJsonAnswer, toRepairPrompt } from '../output/json-output.ts';
import { createOutputLimiter } from '../output/output-limiter.ts';
import { createCallJudge, toRefusedTooOften } from './call-judge.ts';
import { createCharacterCount } from './character-count.ts';
import { demandsCall, toCallDemand } from './tool-choice.ts';

/** What an answer is made from. */
export interface AnswerSource {
  /** A run has begun, or has been given the results that it waited for. */
  readonly dialogue: ModelDialogue;
  /** Begins another run of the same agent with this message. */
  readonly followUp: (text: string) => void;
  readonly request: Pick<AnswerRequest, 'messages' | 'toolChoice' | 'parallelToolCalls' | 'limits' | 'format'>;
  /** How often in a row the same call may be made; 0 for any number. */
  readonly repeatedCallLimit: number;
  /** Characters that were sent upstream for this answer. */
  readonly inputCharacters: number;
  /** What earlier turns of the run have reported as an estimate. */
  readonly reported: Usage | null;
}

/** How an answer came to its end. Its last event has been given out, save that of a failure. */
export type AnswerOutcome =
  /** The agent knows the answer just as the client does. */
  | { readonly type: 'finished' }
  /** The run waits for the results of the calls that the client was told of. */
  | { readonly type: 'waiting'; readonly unreleased: readonly ToolCall[]; readonly reported: Usage | null }
  /** The answer ended before the model's did. */
  | { readonly type: 'cut' }
  | { readonly type: 'failed'; readonly error: RunFailure };

/** How many batches in a row may have a call that the model is refused. */
const MAX_REFUSED_BATCHES = 3;

/**
 * Makes one answer out of what the model does: cuts it where the limits are, holds text back until it is known to be valid,
 * asks once more where a demanded call or valid JSON did not come, and refuses calls that may not be made.
 */
export async function* produceAnswer(source: AnswerSource): AsyncGenerator<RunEvent, AnswerOutcome> {
  const { dialogue, request } = source;
  const { format, limits, toolChoice } = request;
  const startedAt = performance.now();
  const characters = createCharacterCount(source.inputCharacters);
  const calls = createCallJudge({ ...request, repeatedCallLimit: source.repeatedCallLimit });
  const isTextHeld = demandsCall(request) || format !== null;
  let limiter = createOutputLimiter(limits);
  let hasStarted = false;
  let hasAskedAgain = false;
  let refusedBatches = 0;
  let counted: Usage | null = null;

  const toEnd = (finishReason: FinishReason, usage: Usage, stopSequence?: string): RunEvent => ({
    type: 'run-end',
    finishReason,
    ...(stopSequence !== undefined && { stopSequence }),
    usage,
    durationMs: Math.round(performance.now() - startedAt),
  });

  for (let round = 0; ; round += 1) {
    const held: RunEvent[] = [];
    const batch: ToolCall[] = [];
    let end: RunEnd | null = null;

    for await (const event of dialogue.turn()) {
      characters.push(event);
      if (event.type === 'run-error') return { type: 'failed', error: event.error };
      if (event.type === 'run-start') {
        if (!hasStarted) yield event;
        hasStarted = true;
        continue;
      }
      if (event.type === 'tool-call') {
        batch.push({ id: event.id, name: event.name, arguments: event.arguments });
        continue;
      }
      if (event.type === 'run-end') end = event;
      const { events, cut, stopSequence } = await limiter.push(event);
      for (const each of events) {
        if (each.type === 'run-end') continue;
        const own = toOwnBlock(each, round);
        if (isTextHeld && isText(own)) held.push(own);
        else yield own;
      }
      if (cut !== null) {
        yield* held;
        yield toEnd(cut, toCutUsage(cut, limits, characters.toUsage()), stopSequence);
        return { type: 'cut' };
      }
    }
    if (end === null) throw new Error('A turn ended without its last event.');
    counted = addUsage(counted, end.usage);

    if (end.finishReason === 'tool_calls') {
      const { accepted, refusals } = calls.judge(batch);
      if (refusals.length > 0) {
        refusedBatches += 1;
        if (refusedBatches > MAX_REFUSED_BATCHES) return { type: 'failed', error: toRefusedTooOften(batch) };
        dialogue.sendToolResults(refusals);
      }
      if (accepted.length === 0) continue;
      yield* held;
      const told = request.parallelToolCalls ? accepted : accepted.slice(0, 1);
      for (const call of told) {
        const { events, cut } = await limiter.push({ type: 'tool-call', ...call });
        yield* events;
        if (cut === null) continue;
        yield toEnd(cut, toCutUsage(cut, limits, characters.toUsage()));
        return { type: 'cut' };
      }
      // Cursor counts at the end of a run; what is told before is taken off there.
      const usage = counted ?? characters.toUsage();
      yield toEnd('tool_calls', usage);
      const reported = counted === null ? addUsage(source.reported, usage) : source.reported;
      return { type: 'waiting', unreleased: accepted.slice(told.length), reported };
    }

    const verdict = demandsCall(request)
      ? { problem: 'it called no tool', demand: toCallDemand(toolChoice, true) }
      : judgeFormat(format, held, round);
    if ('events' in verdict) {
      yield* verdict.events;
      // Cursor counts a run as a whole: what its earlier turns have reported must not count twice.
      yield toEnd('stop', counted === null ? characters.toUsage() : subtractUsage(counted, source.reported));
      return { type: 'finished' };
    }
    if (hasAskedAgain) return { type: 'failed', error: toStillInvalid(verdict.problem) };
    hasAskedAgain = true;
    // What was held back of this round is never given out. Where reasoning counts, the client has seen it, and it does.
    if (!limits.countsReasoning) limiter = createOutputLimiter(limits);
    source.followUp(verdict.demand);
  }
}

/** Cursor does not count a run that is cancelled. At the token limit, Portside has. */
const toCutUsage = (cut: 'stop' | 'length', { countsReasoning, maxTokens }: OutputLimits, estimate: Usage): Usage => {
  if (cut === 'stop' || maxTokens === null) return estimate;
  return countsReasoning
    ? { ...estimate, outputTokens: maxTokens, reasoningTokens: Math.min(maxTokens, estimate.reasoningTokens) }
    : { ...estimate, outputTokens: maxTokens + estimate.reasoningTokens };
};

/** The held text as the answer that was asked for, or what is wrong with it. */
const judgeFormat = (
  format: AnswerRequest['format'],
  held: readonly RunEvent[],
  round: number,
): { readonly events: readonly RunEvent[] } | { readonly problem: string; readonly demand: string } => {
  if (format === null) return { events: held };
  const text = held.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  const answer = readJsonAnswer(format, text);
  if (!answer.ok) return { problem: answer.problem, demand: toRepairPrompt(format, answer.problem) };
  const id = `${round}-json`;
  return {
    events: [
      { type: 'text-start', id },
      { type: 'text-delta', id, text: answer.text },
      { type: 'text-end', id },
    ],
  };
};

const toStillInvalid = (problem: string): RunFailure => ({
  code: 'model_output_invalid',
  message: `The model did not do what the request demands, also when asked again: ${problem}`,
});

const isText = ({ type }: RunEvent): boolean => type === 'text-start' || type === 'text-delta' || type === 'text-end';

/** Each run of an agent counts its blocks anew. */
const toOwnBlock = (event: RunEvent, round: number): RunEvent =>
  'id' in event ? { ...event, id: `${round}-${event.id}` } : event;
