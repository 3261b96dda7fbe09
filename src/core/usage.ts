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
