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

  const toObjection = (call: ToolCall): string | null => {
    if (!mayCall(options.toolChoice, call.name)) return `The tool "${call.name}" may not be called now.`;
    return guard.isTooMany(call)
      ? `You have made this same call ${options.repeatedCallLimit} times in a row; it was not carried out again. Do something else, or answer.`
      : null;
  };
  return {
    judge(calls) {
      const accepted: ToolCall[] = [];
      const refusals: ToolResult[] = [];
      for (const call of calls) {
        const objection = toObjection(call);
        if (objection === null) accepted.push(call);
        else {
          refusals.push({ toolCallId: call.id, content: [{ type: 'text', text: objection }], isError: true });
        }
      }
      return { accepted, refusals };
    },
  };
};

/** Why an answer ends whose calls were refused time and again. */
export const toRefusedTooOften = (calls: readonly ToolCall[]): RunFailure => {
  const names = [...new Set(calls.map(({ name }) => `"${name}"`))].join(', ');
  return {
    code: 'model_output_invalid',
    message: `The model keeps calling ${names} although the call is refused: it is not allowed now, or is the same call over and over.`,
  };
};
