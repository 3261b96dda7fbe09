import type { RunFailure } from '../../core/run-event.ts';
import type { Message, ToolCall } from '../../core/run-request.ts';
import type { ToolChoice, ToolResult } from '../../core/tool.ts';
import { createRepeatGuard } from './repeat-guard.ts';
import { mayCall } from './tool-choice.ts';

/** The calls of a batch, parted by whether the client is told of them. */
export interface JudgedCalls {
  readonly accepted: readonly ToolCall[];
  /** What the model is told of the others, in place of results. */
  readonly refusals: readonly ToolResult[];
}

/** Refuses calls that the client did not allow, and the same call made over and over. */
export interface CallJudge {
  judge(calls: readonly ToolCall[]): JudgedCalls;
}

export const createCallJudge = (options: {
  readonly toolChoice: ToolChoice;
  /** How often in a row the same call may be made; 0 for any number. */
  readonly repeatedCallLimit: number;
  /** The conversation so far. */
  readonly messages: readonly Message[];
}): CallJudge => {
  const guard = createRepeatGuard(options.repeatedCallLimit, options.messages);

  return {
    judge(calls) {
      const { accepted, refusals } = judgeChoice(options.toolChoice, calls);
      const repeated = accepted.filter((call) => guard.isTooMany(call));
      const objection = `You have made this same call ${options.repeatedCallLimit} times in a row; it was not carried out again. Do something else, or answer.`;
      return {
        accepted: accepted.filter((call) => !repeated.includes(call)),
        refusals: [...refusals, ...repeated.map(({ id }) => toRefusal(id, objection))],
      };
    },
  };
};

/** Refuses calls that a choice does not leave. */
export const judgeChoice = (choice: ToolChoice, calls: readonly ToolCall[]): JudgedCalls => ({
  accepted: calls.filter(({ name }) => mayCall(choice, name)),
  refusals: calls
    .filter(({ name }) => !mayCall(choice, name))
    .map(({ id, name }) => toRefusal(id, `The tool "${name}" may not be called now.`)),
});

const toRefusal = (toolCallId: string, text: string): ToolResult => ({
  toolCallId,
  content: [{ type: 'text', text }],
  isError: true,
});

/** Why an answer ends whose calls were refused time and again. */
export const toRefusedTooOften = (calls: readonly ToolCall[]): RunFailure => {
  const names = [...new Set(calls.map(({ name }) => `"${name}"`))].join(', ');
  return {
    code: 'model_output_invalid',
    message: `The model keeps calling ${names} although the call is refused: it is not allowed now, or is the same call over and over.`,
  };
};
