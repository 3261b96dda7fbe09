import type { FinishReason } from '../../core/run-event.ts';

/** OpenAI's word for the end of a choice. */
export const toChatFinishReason = (reason: FinishReason, usesLegacyFunctions: boolean): string =>
  reason === 'tool_calls' && usesLegacyFunctions ? 'function_call' : reason;
