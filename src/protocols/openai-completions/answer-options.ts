import type { ModelPrice } from '../prices/model-price.ts';

/** How an answer is encoded, in both forms; what is left out is as in a plain request. */
export interface CompletionAnswerOptions {
  /** Whether a stream ends with a chunk of its own for the token counts. Default: no. */
  readonly includeUsage?: boolean;
  /** What stands before the text of each choice; empty for nothing. There are as many choices as these. Default: one, without. */
  readonly echoes?: readonly string[];
  /** The named session that the answer belongs to. */
  readonly sessionId?: string | null;
  /** For `usage.cost`, which is left out where the price is not known. */
  readonly price?: ModelPrice | null;
}

/** One choice, of which nothing is echoed. */
export const NO_ECHO: readonly string[] = [''];
