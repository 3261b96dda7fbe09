import type { AnswerEnd, AnswerStore, StoredAnswer } from '../../core/answer-store.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { Logger } from '../../core/logger.ts';

/** How long and how much is kept. */
export interface RetentionLimits {
  readonly maxIdleMs: number;
  readonly maxBytes: number;
}

/** Keeps answers within their limits. Nothing here throws: an answer is given also where it cannot be kept. */
export interface AnswerKeeper {
  keep(answer: StoredAnswer): void;
  /** Ends an answer that was kept while it was under way. */
  settle(id: string, end: AnswerEnd): void;
  appendToConversation(owner: string, id: string, items: readonly JsonObject[]): void;
  /** Removes what nobody has used for too long. */
  sweep(): void;
}

export const createAnswerKeeper = (options: {
  readonly store: AnswerStore;
  readonly limits: RetentionLimits;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}): AnswerKeeper => {
  const { store, limits, logger, now = Date.now } = options;

  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const sweep = (): void =>
    attempt('What is stored of answers cannot be tidied', () => {
      store.removeUnused(now() - limits.maxIdleMs);
      store.trim(limits.maxBytes);
    });
  return {
    keep(answer) {
      attempt('An answer cannot be stored; its client cannot ask for it again', () => store.add(answer));
      sweep();
    },
    settle(id, end) {
      attempt('The end of an answer cannot be stored', () => store.settle(id, end));
      sweep();
    },
    appendToConversation(owner, id, items) {
      attempt('A conversation cannot be stored; this turn is missing in it', () =>
        store.conversations.append(owner, id, items),
      );
      sweep();
    },
    sweep,
  };
};
