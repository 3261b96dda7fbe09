import type { AnswerRequest } from '../../core/answer-request.ts';
import type { ToolChoice } from '../../core/tool.ts';

/** The names of the tools that a choice leaves; `null` for all. */
export const toOfferedTools = (choice: ToolChoice): readonly string[] | null => {
  if (choice === 'none') return [];
  return typeof choice === 'object' ? [choice.name] : null;
};

/** Whether the answer must call a tool. */
export const demandsCall = ({ toolChoice }: Pick<AnswerRequest, 'toolChoice'>): boolean =>
  toolChoice === 'required' || typeof toolChoice === 'object';

/** What the model is told where it must call a tool; in other words when it has not. */
export const toCallDemand = (choice: ToolChoice, hasFailed: boolean): string => {
  const what = typeof choice === 'object' ? `the tool "${choice.name}"` : 'at least one of the tools';
  return hasFailed
    ? `You did not call a tool. Call ${what} now. Do not answer in text.`
    : `Answer by calling ${what}. Do not answer in text alone.`;
};
