import type { TokenCounts } from './run-log.ts';

/** The token counts of several runs together, as Cursor's REST interface names them. */
export interface TotalUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly totalTokens: number;
}

export function totalUsage(runs: readonly TokenCounts[]): TotalUsage {
  const sum = (pick: (counts: TokenCounts) => number): number => runs.reduce((total, run) => total + pick(run), 0);
  const [inputTokens, outputTokens] = [sum((run) => run.input), sum((run) => run.output)];
  const [cacheReadTokens, cacheWriteTokens] = [sum((run) => run.cacheRead), sum((run) => run.cacheWrite)];
  const totalTokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, totalTokens };
}
