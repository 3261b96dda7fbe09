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

/** Follows a request on its way to its answer. Of several choices, it hears of the first. */
export interface AnswerObserver {
  /** Told before the first event, and again where a continued agent turns out to be lost, or another account is tried. */
  onPlaced(kind: ConversationKind): void;
  /** Its turn to run has come. Told after `onPlaced`, for each account that is tried; never for an answer that is told again. */
  onAdmitted(): void;
}
