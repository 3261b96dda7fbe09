import type { Usage } from '../../core/usage.ts';

/** OpenAI's token counts: cached tokens are part of the prompt, reasoning tokens part of the completion. */
export const toChatUsage = (usage: Usage) => {
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
};
