import type { AnswerRequest } from '../../core/answer-request.ts';
import type { RunEvent } from '../../core/run-event.ts';
import type { ToolResult } from '../../core/tool.ts';
import type { HeldRun } from '../conversations/held-runs.ts';
import { createModelDialogue } from '../conversations/model-dialogue.ts';
import type { Placement } from '../conversations/place-request.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { AnswerJob } from './answer-once.ts';
import type { AnswerOutcome, AnswerSource } from './produce-answer.ts';
import { countInput, countText, toFollowUp, toRunRequest } from './to-run-request.ts';

/** An answer on its way. */
export interface BegunAnswer {
  readonly source: AnswerSource;
  /** What the run was held as before; where it has calls that were not released, the next of them is due. */
  readonly held: HeldRun | null;
}

/**
 * Sets the model to work. Where it throws, nothing has reached the model.
 *
 * @throws GatewayError where the request turns out to be impossible
 */
export const beginAnswer = async (
  environment: AnswerEnvironment,
  job: AnswerJob,
  placement: Placement,
): Promise<BegunAnswer> => {
  const { request, apiKey } = job;
  if (placement.kind === 'resumed-tools') {
    const { held } = placement;
    const results = await prepareResults(environment, placement.results, job.signal);
    const { dialogue } = held;
    dialogue.sendToolResults(results);
    const base = toRunRequest(request, apiKey, { agentId: null, messages: request.messages });
    const followUp = (text: string): void => dialogue.start(toFollowUp(base, dialogue.started?.agentId ?? null, text));
    const inputCharacters = results.reduce((sum, { content }) => sum + countText(content), 0);
    const source = toSource(environment, request, { dialogue, followUp, inputCharacters, reported: held.reported });
    return { source, held };
  }

  const agentId = placement.kind === 'continued' ? placement.agentId : null;
  const messages = await environment.prepareImages(placement.messages, job.signal);
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
  return { source, held: null };
};

const toSource = (
  { repeatedCallLimit }: AnswerEnvironment,
  request: AnswerRequest,
  own: Pick<AnswerSource, 'dialogue' | 'followUp' | 'inputCharacters' | 'reported'>,
): AnswerSource => ({ ...own, request, repeatedCallLimit });

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
export async function* releaseNext({
  dialogue,
  unreleased,
  reported,
}: HeldRun): AsyncGenerator<RunEvent, AnswerOutcome> {
  const [call, ...rest] = unreleased;
  if (call === undefined) throw new Error('There is no call to release.');
  if (dialogue.started !== null) yield dialogue.started;
  yield { type: 'tool-call', ...call };
  yield { type: 'run-end', finishReason: 'tool_calls', usage: NOTHING, durationMs: 0 };
  return { type: 'waiting', unreleased: rest, reported };
}

const NOTHING = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
