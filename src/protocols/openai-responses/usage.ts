import type { Usage } from '../../core/usage.ts';
import { type ModelPrice, toCost } from '../prices/model-price.ts';
import type { ResponseUsage } from './response-object.ts';

/**
 * OpenAI's token counts: cached tokens are part of the input, reasoning tokens part of the output. Zeros without a cost
 * where nothing is known, because clients demand the counts. `cost` is in USD, where the price is known.
 */
export const toResponseUsage = (usage: Usage | null, price: ModelPrice | null): ResponseUsage => {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage ?? NO_USAGE;
  const allInput = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    input_tokens: allInput,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: allInput + outputTokens,
    ...(price !== null && usage !== null && { cost: toCost(price, usage) }),
  };
};

const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};
