import type { FinishReason } from '../../core/run-event.ts';

/** OpenAI's word for the end of a choice. This wire has no tools: what would end with a call has ended by itself. */
export const toCompletionFinishReason = (reason: FinishReason): 'stop' | 'length' =>
  reason === 'length' ? 'length' : 'stop';
