import type { AnswerRequest } from '../../core/answer-request.ts';
import type { ToolChoice } from '../../core/tool.ts';

/**
 * The names of the tools that a run is offered; `null` for all. A run outlives the request that began it, whose successor may
 * choose otherwise: a named choice is therefore a matter of {@link mayCall}, request by request.
 */
export const toOfferedTools = (choice: ToolChoice): readonly string[] | null => (choice === 'none' ? [] : null);

/** Whether a choice leaves this tool. */
export const mayCall = (choice: ToolChoice, name: string): boolean =>
  typeof choice === 'object' ? choice.name === name : choice !== 'none';

/** Whether the answer must call a tool. */
export const demandsCall = ({ toolChoice }: Pick<AnswerRequest, 'toolChoice'>): boolean =>
  toolChoice === 'required' || typeof toolChoice === 'object';

/** What the model is told where it must call a tool; in other words when it has not. */
export const toCallDemand = (choice: ToolChoice, hasFailed: boolean): string => {
  const what = typeof choice === 'object' ? `the tool "${choice.name}"` : 'at least one of the tools';
  return hasFailed
    ? `You did not call a tool. Call ${what} now. Do not answer in text.`
    : `Begin by calling ${what}. Do not answer in text before that.`;
};
