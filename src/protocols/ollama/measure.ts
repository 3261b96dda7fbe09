import type { Usage } from '../../core/usage.ts';
import type { ChoiceEvent, RunEnd } from '../../core/run-event.ts';

/** Takes the times of an answer as its events go by. */
export interface Measure {
  note(event: ChoiceEvent): void;
  /** The fields of the last object; the counts are left out where none were reported. */
  toFields(end: RunEnd): object;
}

/**
 * Durations are nanoseconds, as Ollama's are: `load_duration` until the run began, `prompt_eval_duration` from there to the
 * first output, `eval_duration` the rest. Together they are `total_duration`.
 */
export const createMeasure = (elapsedMs: () => number): Measure => {
  let startedMs: number | null = null;
  let firstMs: number | null = null;
  return {
    note({ type }) {
      if (type === 'run-start') startedMs ??= elapsedMs();
      if (type === 'text-delta' || type === 'reasoning-delta' || type === 'tool-call') firstMs ??= elapsedMs();
    },
    toFields({ usage }) {
      const endMs = elapsedMs();
      const beganMs = startedMs ?? 0;
      const outputMs = firstMs ?? endMs;
      return {
        total_duration: toNanoseconds(endMs),
        load_duration: toNanoseconds(beganMs),
        ...(usage !== null && { prompt_eval_count: countPrompt(usage) }),
        prompt_eval_duration: toNanoseconds(outputMs - beganMs),
        ...(usage !== null && { eval_count: usage.outputTokens }),
        eval_duration: toNanoseconds(endMs - outputMs),
      };
    },
  };
};

const countPrompt = (usage: Usage): number => usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

const toNanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1_000_000);
