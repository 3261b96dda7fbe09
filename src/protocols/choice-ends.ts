import type { RunEnd, RunStart } from '../core/run-event.ts';
import type { Usage } from '../core/usage.ts';
import { sumUsage } from './openai-usage.ts';

/** What is known of the runs behind an answer when all of them have ended. */
export interface AnswerEnd {
  /** The sum over all choices; `null` where none was reported. */
  readonly usage: Usage | null;
  /** What Cursor knows the first choice by, and how long the slowest took, as cursorpipe's clients expect it. */
  readonly metadata: object;
}

/** Gathers how the runs of an answer begin and end, one for each choice. */
export interface ChoiceEnds {
  start(choice: number, event: RunStart): void;
  /** Tells the end of the whole answer with the last choice; `null` before. */
  end(choice: number, event: RunEnd): AnswerEnd | null;
  hasEnded(choice: number): boolean;
}

export const createChoiceEnds = (choices: number, sessionId: string | null): ChoiceEnds => {
  const starts = new Map<number, RunStart>();
  const ends = new Map<number, RunEnd>();
  return {
    start(choice, event) {
      starts.set(choice, event);
    },
    end(choice, event) {
      ends.set(choice, event);
      if (ends.size < choices) return null;
      const usage = sumUsage([...ends.values()].map((end) => end.usage));
      const first = starts.get(0);
      const metadata = {
        duration_ms: Math.round(Math.max(...[...ends.values()].map(({ durationMs }) => durationMs))),
        run_id: first?.runId ?? '',
        agent_id: first?.agentId ?? '',
        ...(sessionId !== null && { session_id: sessionId }),
        ...(usage?.isEstimated === true && { usage_estimated: true }),
      };
      return { usage, metadata };
    },
    hasEnded: (choice) => ends.has(choice),
  };
};
