import type { RunEnd } from '../../core/run-event.ts';

/** Anthropic's words for the end of an answer. */
export const toStopReason = ({ finishReason, stopSequence }: RunEnd) => ({
  stop_reason: stopSequence === undefined ? STOP_REASONS[finishReason] : 'stop_sequence',
  stop_sequence: stopSequence ?? null,
});

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;
