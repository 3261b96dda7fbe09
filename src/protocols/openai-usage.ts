import { addUsage, type Usage } from '../core/usage.ts';
import { type ModelPrice, toCost } from './prices/model-price.ts';

/** OpenAI's token counts: cached tokens are part of the prompt, reasoning tokens part of the completion. `cost` is in USD. */
export const toOpenAiUsage = (usage: Usage, price: ModelPrice | null) => {
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
  const sum = usages.reduce<Usage | null>(addUsage, null);
  return sum !== null && usages.includes(null) ? { ...sum, isEstimated: true } : sum;
};
