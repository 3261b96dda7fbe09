import type { ModelPrice } from '../prices/model-price.ts';

/** How an answer is encoded, in both forms; what is left out is as in a plain request. */
export interface ChatAnswerOptions {
  /** Whether a stream ends with a chunk of its own for the token counts. Default: no. */
  readonly includeUsage?: boolean;
  /** How many choices the answer has. Default: one. */
  readonly choices?: number;
  /** Whether a call goes back as `function_call`. Default: as `tool_calls`. */
  readonly usesLegacyFunctions?: boolean;
  /** The named session that the answer belongs to. */
  readonly sessionId?: string | null;
  /** For `usage.cost`, which is left out where the price is not known. */
  readonly price?: ModelPrice | null;
}
