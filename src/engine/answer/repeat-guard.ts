import type { Message, ToolCall } from '../../core/run-request.ts';
import { normalizeArguments } from '../conversations/normalize-message.ts';

/** Notices a model that makes the same call over and over. */
export interface RepeatGuard {
  /** Counts a call; true where it is the same as the ones before it once too often. */
  isTooMany(call: ToolCall): boolean;
}

/** Counts from the history on. `limit` is how often in a row the same call may be made; 0 for any number. */
export const createRepeatGuard = (limit: number, history: readonly Message[]): RepeatGuard => {
  let last = '';
  let count = 0;
  const add = (call: ToolCall): number => {
    const name = `${call.name} ${normalizeArguments(call.arguments)}`;
    count = name === last ? count + 1 : 1;
    last = name;
    return count;
  };
  if (limit > 0) {
    for (const message of history) {
      if (message.role === 'assistant') message.toolCalls.forEach(add);
      // What the user asks for anew is no loop.
      if (message.role === 'user') last = '';
    }
  }
  return { isTooMany: (call) => limit > 0 && add(call) > limit };
};
