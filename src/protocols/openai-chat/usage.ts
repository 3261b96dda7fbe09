import type { Usage } from '../../core/usage.ts';
import { type ModelPrice, toCost } from '../prices/model-price.ts';

/** OpenAI's token counts: cached tokens are part of the prompt, reasoning tokens part of the completion. `cost` is in USD. */
export const toChatUsage = (usage: Usage, price: ModelPrice | null) => {
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    ...(price !== null && { cost: toCost(price, usage) }),
  };
};

/** The counts of several runs in one; `null` where none reported any. A run without makes the sum an estimate. */
export const sumUsage = (usages: readonly (Usage | null)[]): Usage | null => {
  const known = usages.filter((usage) => usage !== null);
  if (known.length === 0) return null;
  const sum = (field: Exclude<keyof Usage, 'isEstimated'>): number =>
    known.reduce((total, usage) => total + usage[field], 0);
  const isEstimated = known.length < usages.length || known.some((usage) => usage.isEstimated === true);
  return {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    reasoningTokens: sum('reasoningTokens'),
    ...(isEstimated && { isEstimated }),
  };
};
