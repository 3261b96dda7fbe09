import type { AnswerEnd, AnswerStore, AnswerUse, StoredAnswer } from '../../core/answer-store.ts';
import { AnswerTooLargeError } from '../../core/answer-too-large-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { Logger } from '../../core/logger.ts';

/** How long and how much is kept. */
export interface RetentionLimits {
  readonly maxIdleMs: number;
  readonly maxBytes: number;
}

/** Keeps answers within their limits. Nothing here throws: an answer is given also where it cannot be kept. */
export interface AnswerKeeper {
  /** Whether it is stored. */
  keep(answer: StoredAnswer): boolean;
  /** Ends an answer that was kept while it was under way; without its events, or as failed, where it has grown too large. */
  settle(id: string, end: AnswerEnd): void;
  appendToConversation(owner: string, id: string, items: readonly JsonObject[]): void;
  /** Notes that somebody goes on with what is stored: it is not too old then. */
  noteUse(owner: string, use: AnswerUse): void;
  /** Removes what nobody has used for too long. */
  sweep(): void;
}

/** What would push out more of the others' answers than this is not kept. */
const MAX_SHARE = 0.25;

/** Where there is too much, some room is made at once: removing is not for every answer. */
const TRIMMED_SHARE = 0.9;

export const createAnswerKeeper = (options: {
  readonly store: AnswerStore;
  readonly limits: RetentionLimits;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}): AnswerKeeper => {
  const { store, limits, logger, now = Date.now } = options;

  const maxBytes = limits.maxBytes * MAX_SHARE;

  const attempt = (what: string, work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      if (error instanceof AnswerTooLargeError) logger.warn(`${what}: ${toReason(error)}`);
      else logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };
  const sweep = (): void => {
    attempt('What is stored of answers cannot be tidied', () => {
      store.removeUnused(now() - limits.maxIdleMs);
      store.trim(limits.maxBytes, limits.maxBytes * TRIMMED_SHARE);
    });
  };
  const settle = (id: string, { body, events }: AnswerEnd): void => {
    for (const end of [
      { body, events },
      { body, events: null },
    ]) {
      try {
        store.settle(id, end, maxBytes);
        return;
      } catch (error) {
        if (!(error instanceof AnswerTooLargeError)) throw error;
        const loss = end.events === null ? 'is stored as failed' : 'cannot be followed again';
        logger.warn(`An answer in the background ${loss}: ${toReason(error)}`);
      }
    }
    store.settle(id, { body: toFailed(body), events: null });
  };
  return {
    keep(answer) {
      const what = 'An answer cannot be stored; its client cannot ask for it again';
      const isKept = attempt(what, () => store.add(answer, maxBytes));
      sweep();
      return isKept;
    },
    settle(id, end) {
      attempt('The end of an answer cannot be stored', () => settle(id, end));
      sweep();
    },
    appendToConversation(owner, id, items) {
      attempt('A conversation cannot be stored; this turn is missing in it', () =>
        store.conversations.append(owner, id, items, maxBytes),
      );
      sweep();
    },
    noteUse(owner, use) {
      if (use.threadIds.length + use.itemIds.length === 0) return;
      attempt('The use of what is stored cannot be noted', () => store.noteUse(owner, use));
    },
    sweep,
  };
};

const toReason = ({ bytes }: AnswerTooLargeError): string =>
  `it has ${(bytes / 1024 / 1024).toFixed(1)} MB, which is more than a quarter of what portside.storedAnswerMegabytes allows for all of them.`;

const toFailed = (body: JsonObject): JsonObject => ({
  ...body,
  status: 'failed',
  completed_at: null,
  incomplete_details: null,
  output: [],
  error: {
    code: 'server_error',
    message:
      'The response is too large to be stored. Raise the setting portside.storedAnswerMegabytes, or create it without background.',
  },
});
