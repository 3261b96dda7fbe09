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
