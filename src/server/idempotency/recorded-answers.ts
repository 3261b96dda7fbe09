import { LRUCache } from 'lru-cache';
import type { RecordedAnswer } from './record-answer.ts';

/** Answers under the keys of clients, for a limited time and up to a limited size. */
export interface RecordedAnswers {
  /** The answer to this very request, also where it is under way still; `null` where there is none, or it failed. */
  find(key: string, fingerprint: string): Promise<RecordedAnswer | null> | null;
  /** Takes the key over for another request. An answer that comes to `null` is not kept. */
  put(key: string, fingerprint: string, answer: Promise<RecordedAnswer | null>): void;
}

export interface RecordedAnswersLimits {
  readonly maxCount: number;
  /** Of all bodies together. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

interface Entry {
  readonly fingerprint: string;
  readonly answer: Promise<RecordedAnswer | null>;
}

/** What an entry takes besides its body, roughly. */
const OVERHEAD_BYTES = 2048;

export const createRecordedAnswers = ({ maxCount, maxBytes, maxAgeMs }: RecordedAnswersLimits): RecordedAnswers => {
  const complete = new LRUCache<string, Entry>({ max: maxCount, maxSize: maxBytes, ttl: maxAgeMs });
  // These must not fall out: their requests would run twice.
  const pending = new Map<string, Entry>();
  return {
    find(key, fingerprint) {
      const entry = pending.get(key) ?? complete.get(key);
      return entry?.fingerprint === fingerprint ? entry.answer : null;
    },
    put(key, fingerprint, answer) {
      const entry = { fingerprint, answer };
      complete.delete(key);
      pending.set(key, entry);
      const settle = (recorded: RecordedAnswer | null): void => {
        if (pending.get(key) !== entry) return;
        pending.delete(key);
        if (recorded !== null) complete.set(key, entry, { size: OVERHEAD_BYTES + recorded.body.length });
      };
      void answer.then(settle);
    },
  };
};
