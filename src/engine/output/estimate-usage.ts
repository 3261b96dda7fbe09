import type { Usage } from '../../core/usage.ts';

/** English text has about so many characters per token. */
const CHARACTERS_PER_TOKEN = 4;

/** What a turn read and wrote, in characters; reasoning beside the output, not within it. */
export interface CharacterCounts {
  readonly inputCharacters: number;
  readonly outputCharacters: number;
  readonly reasoningCharacters: number;
}

/** Guesses the usage of a turn from its text: a quarter of the characters, rounded up. */
export const estimateUsage = ({ inputCharacters, outputCharacters, reasoningCharacters }: CharacterCounts): Usage => ({
  inputTokens: Math.ceil(inputCharacters / CHARACTERS_PER_TOKEN),
  outputTokens: Math.ceil((outputCharacters + reasoningCharacters) / CHARACTERS_PER_TOKEN),
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: Math.ceil(reasoningCharacters / CHARACTERS_PER_TOKEN),
  isEstimated: true,
});

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
