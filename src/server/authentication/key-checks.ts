import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';

/** What Cursor says of a key. */
export type KeyVerdict =
  | { readonly status: 'accepted' | 'refused' }
  /** It cannot be asked; `reason` is written for people. */
  | { readonly status: 'unknown'; readonly reason: string };

/** Asks Cursor. What it throws is judged by {@link judgeKeyFailure}. */
export type CheckCursorKey = (apiKey: string, signal: AbortSignal) => Promise<KeyVerdict>;

/** Asks Cursor for the keys of callers, and remembers what it said by their hashes alone. */
export interface KeyChecks {
  /** @param isSuspect whether it comes from where many wrong ones came from. @throws GatewayError where too many wait */
  check(apiKey: string, isSuspect: boolean): Promise<KeyVerdict>;
  forget(apiKey: string): void;
}

const ACCEPTED_MS = 5 * 60_000;
const REFUSED_MS = 60_000;
const MAX_REMEMBERED = 1000;
const MAX_CHECKS = 4;
const MAX_WAITING = 32;
/** The rest of the queue is kept for others. */
const MAX_WAITING_FOR_SUSPECTS = 8;
/** Cursor not answering for so long counts as not reachable. */
const CHECK_TIMEOUT_MS = 10_000;

export const createKeyChecks = (checkCursorKey: CheckCursorKey): KeyChecks => {
  // The clock of the other limits.
  const verdicts = new LRUCache<string, KeyVerdict>({ max: MAX_REMEMBERED, perf: Date });
  const underWay = new Map<string, Promise<KeyVerdict>>();
  const queue = new PQueue({ concurrency: MAX_CHECKS });

  const ask = async (apiKey: string, hash: string): Promise<KeyVerdict> => {
    try {
      const verdict = await queue.add(() => askInTime(checkCursorKey, apiKey));
      if (verdict.status !== 'unknown')
        verdicts.set(hash, verdict, { ttl: verdict.status === 'accepted' ? ACCEPTED_MS : REFUSED_MS });
      return verdict;
    } finally {
      underWay.delete(hash);
    }
  };

  return {
    async check(apiKey, isSuspect) {
      const hash = sha256(apiKey, 'hex');
      const known = verdicts.get(hash) ?? underWay.get(hash);
      if (known !== undefined) return await known;
      if (queue.size >= (isSuspect ? MAX_WAITING_FOR_SUSPECTS : MAX_WAITING)) {
        throw new GatewayError(
          'too_many_runs',
          'Too many Cursor API keys wait to be checked with Cursor. Try again in a moment.',
          { retryAfterSeconds: 5 },
        );
      }
      const answer = ask(apiKey, hash);
      underWay.set(hash, answer);
      return await answer;
    },
    forget: (apiKey) => void verdicts.delete(sha256(apiKey, 'hex')),
  };
};

/** What it says of a key that a question under this key failed. A defect is thrown on. */
export const judgeKeyFailure = (error: unknown): KeyVerdict => {
  if (!(error instanceof GatewayError)) throw error;
  if (error.code === 'cursor_sign_in_required') return { status: 'refused' };
  // Cursor knows whose limit it is.
  if (error.code === 'rate_limited') return { status: 'accepted' };
  return { status: 'unknown', reason: error.message };
};

const askInTime = async (checkCursorKey: CheckCursorKey, apiKey: string): Promise<KeyVerdict> => {
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const { promise: late, resolve } = Promise.withResolvers<KeyVerdict>();
  const reason = `Cursor did not answer within ${CHECK_TIMEOUT_MS / 1000} s.`;
  signal.addEventListener('abort', () => resolve({ status: 'unknown', reason }), { once: true });
  return await Promise.race([checkCursorKey(apiKey, signal).catch(judgeKeyFailure), late]);
};
