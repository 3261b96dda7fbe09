import type { AccountChoice } from '../../core/credential-source.ts';

/** Who asks, and in which conversation: what a request says outside of its body. */
export interface AnswerContext {
  /** Whom its sessions and conversations belong to. */
  readonly owner: string;
  /** The Cursor credential that it wants to use. */
  readonly account: AccountChoice;
  /** The named session (`X-Cursor-Session-ID`); `null` where the client holds the context itself. */
  readonly sessionId: string | null;
  /** The client's own name for its session, which parts it from others; `null` for none. */
  readonly affinity: string | null;
  /** Whether the client sees the answer while it is made; otherwise it has seen nothing when it hangs up. */
  readonly isStream: boolean;
}

/**
 * How a request was placed: `new` begins a conversation, `continued` goes on with its agent, `resumed-tools` with a run that
 * waited for tool results, and `rebuilt` gives a new agent the transcript of a conversation whose own is gone.
 */
export type ConversationKind = 'new' | 'continued' | 'resumed-tools' | 'rebuilt';
