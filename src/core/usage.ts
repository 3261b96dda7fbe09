/**
 * Token counts of one turn, as the backend reported them.
 *
 * `inputTokens` leaves out what was read from or written to the prompt cache; the three add up to what the model read.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Part of `outputTokens`, not in addition to it. */
  readonly reasoningTokens: number;
  /** Estimated from the text, where the backend tells the counts only later or not at all. */
  readonly isEstimated?: boolean;
}

/** The sum of two usages, estimated where one of them is; `null` counts as nothing. */
export const addUsage = <Known extends Usage | null>(a: Usage | null, b: Known): Usage | Known =>
  a === null || b === null ? (a ?? b) : combine(a, b, (first, second) => first + second);

/**
 * What is left of a total when a part of it was told before; never below 0. What was told of the prompt comes off the total's
 * prompt whatever its kinds are: an estimate knows of no cache.
 */
export const subtractUsage = (total: Usage, part: Usage | null): Usage => {
  if (part === null) return total;
  const rest = combine(total, part, (whole, told) => whole - told);
  const inputTokens = rest.inputTokens;
  const cacheWriteTokens = rest.cacheWriteTokens + Math.min(0, inputTokens);
  const cacheReadTokens = rest.cacheReadTokens + Math.min(0, cacheWriteTokens);
  return {
    ...rest,
    inputTokens: Math.max(0, inputTokens),
    outputTokens: Math.max(0, rest.outputTokens),
    cacheWriteTokens: Math.max(0, cacheWriteTokens),
    cacheReadTokens: Math.max(0, cacheReadTokens),
    reasoningTokens: Math.max(0, rest.reasoningTokens),
  };
};

const combine = (a: Usage, b: Usage, by: (a: number, b: number) => number): Usage => ({
  inputTokens: by(a.inputTokens, b.inputTokens),
  outputTokens: by(a.outputTokens, b.outputTokens),
  cacheReadTokens: by(a.cacheReadTokens, b.cacheReadTokens),
  cacheWriteTokens: by(a.cacheWriteTokens, b.cacheWriteTokens),
  reasoningTokens: by(a.reasoningTokens, b.reasoningTokens),
  ...((a.isEstimated === true || b.isEstimated === true) && { isEstimated: true }),
});
