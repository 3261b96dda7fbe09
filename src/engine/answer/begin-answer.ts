import type { AnswerRequest } from '../../core/answer-request.ts';
import type { RunEvent } from '../../core/run-event.ts';
import type { ToolCall } from '../../core/run-request.ts';
import type { ToolResult } from '../../core/tool.ts';
import { beginHistory, type ConversationHistory } from '../conversations/conversation-history.ts';
import type { HeldRun } from '../conversations/held-runs.ts';
import { createModelDialogue } from '../conversations/model-dialogue.ts';
import type { Placement } from '../conversations/place-request.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import { judgeChoice } from './call-judge.ts';
import type { AnswerJob } from './answer-once.ts';
import type { AnswerOutcome, AnswerSource } from './produce-answer.ts';
import { estimateUsage } from '../output/estimate-usage.ts';
import { countInput, countText, toFollowUp, toInstructions, toRunRequest } from './to-run-request.ts';

/** An answer on its way. */
export interface BegunAnswer {
  readonly source: AnswerSource;
  /** What the run was held as before. */
  readonly held: HeldRun | null;
  /** Calls that the run has made already, of which the client is told one at a time. */
  readonly due: readonly ToolCall[];
  /** Of the conversation before this answer. */
  readonly history: ConversationHistory;
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
    const given = await prepareResults(environment, placement.results, job.signal);
    const results = appendInstructions(given, toInstructions(request, held.format));
    const { dialogue } = held;
    const { accepted, refusals } = judgeChoice(request.toolChoice, held.unreleased);
    dialogue.sendToolResults([...results, ...refusals]);
    const base = toRunRequest(request, apiKey, { agentId: null, messages: request.messages });
    const followUp = (text: string): void => dialogue.start(toFollowUp(base, dialogue.started?.agentId ?? null, text));
    const inputCharacters = results.reduce((sum, { content }) => sum + countText(content), 0);
    const source = toSource(environment, request, { dialogue, followUp, inputCharacters, reported: held.reported });
    return { source, held, due: accepted, history: held.history };
  }

  const agent = placement.kind === 'continued' ? placement.agent : null;
  const messages = await environment.prepareImages(placement.messages, job.signal);
  const run = toRunRequest(request, apiKey, { agentId: agent?.agentId ?? null, messages });
  const dialogue = createModelDialogue(environment.backend);
  dialogue.start(run);
  const followUp = (text: string): void => dialogue.start(toFollowUp(run, dialogue.started?.agentId ?? null, text));
  const source = toSource(environment, request, {
    dialogue,
    followUp,
    inputCharacters: countInput(run),
    reported: null,
  });
  return { source, held: null, due: [], history: agent?.history ?? beginHistory(Date.now()) };
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

/** A run that waits for results can be told nothing else: what holds for the rest of the answer goes along with the last one. */
const appendInstructions = (results: readonly ToolResult[], instructions: readonly string[]): readonly ToolResult[] => {
  const last = results.at(-1);
  if (last === undefined || instructions.length === 0) return results;
  const text = ["This is not part of the tool's result. From here on:", ...instructions].join('\n');
  return [...results.slice(0, -1), { ...last, content: [...last.content, { type: 'text', text }] }];
};

/** Tells the client of the next call of a batch, where it takes one at a time. */
export async function* releaseNext({ source, due }: BegunAnswer): AsyncGenerator<RunEvent, AnswerOutcome> {
  const [call, ...rest] = due;
  if (call === undefined) throw new Error('There is no call to release.');
  const { started } = source.dialogue;
  if (started !== null) yield started;
  yield { type: 'tool-call', ...call };
  yield { type: 'run-end', finishReason: 'tool_calls', usage: estimateUsage(NOTHING), durationMs: 0 };
  return { type: 'waiting', unreleased: rest, reported: source.reported };
}

/** The model has said nothing more: the whole batch was counted with its first call. */
const NOTHING = { inputCharacters: 0, outputCharacters: 0, reasoningCharacters: 0 };
