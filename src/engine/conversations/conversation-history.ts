import { addUsage, type Usage } from '../../core/usage.ts';

/** What an agent and its client have gone through together; goes with the agent for as long as it is kept. */
export interface ConversationHistory {
  /** When its first request came to run; milliseconds since 1970, as `lastUsedAt`. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** Requests that were answered. */
  readonly turns: number;
  /** The sum of its turns; `null` where none was reported. */
  readonly usage: Usage | null;
}

/** A conversation before its first answer. */
export const beginHistory = (at: number): ConversationHistory => ({
  createdAt: at,
  lastUsedAt: at,
  turns: 0,
  usage: null,
});

/** The history with one more answer. */
export const addTurn = (history: ConversationHistory, usage: Usage | null, at: number): ConversationHistory => ({
  ...history,
  lastUsedAt: at,
  turns: history.turns + 1,
  usage: addUsage(history.usage, usage),
});
