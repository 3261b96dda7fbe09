import type { Usage } from './usage.ts';

/**
 * `session`: one that a client gave a name. `conversation`: one whose agent is kept, as its client may go on with it. `held`: a
 * run that waits for the results of tool calls.
 */
export type ConversationState = 'session' | 'conversation' | 'held';

/** A conversation as people see it: nothing of what was said in it. */
export interface ConversationInfo {
  readonly state: ConversationState;
  /** Unique within its state: the name of a session, otherwise the id of the agent. */
  readonly id: string;
  /** Whose it is: the id of an access token, or the digest of a caller's own key. */
  readonly owner: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** Requests that were answered in it. */
  readonly turns: number;
  /** The sum of its turns; `null` where none was reported. */
  readonly usage: Usage | null;
  /** The names of the tools whose results a held run waits for; empty otherwise. */
  readonly pendingTools: readonly string[];
  /** The named session that a held run is part of; `null` for none. */
  readonly sessionId: string | null;
}

/** The conversations of a running server, of all owners: for its user, never for clients. */
export interface ConversationRegistry {
  /** The last used first. */
  list(): readonly ConversationInfo[];
  /** Forgets a conversation and ends what runs in it; false where there is none any more. */
  close(conversation: Pick<ConversationInfo, 'state' | 'id'>): boolean;
}
