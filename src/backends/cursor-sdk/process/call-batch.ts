/** No further sign of a call for this long, and a batch is complete. */
const SETTLE_MS = 150;

/** The longest wait for a call that is being written, and the wait for one that was listed and has not come. */
const MAX_SETTLE_MS = 1_500;

/**
 * Decides when the calls that a model makes at once are complete: the SDK tells of each call when it is made, and not always
 * of how many there will be.
 */
export interface CallBatch {
  /** The backend has told how many calls come next. */
  listed(count: number): void;
  /** A call is being written, or is about to be made. */
  announced(callId: string): void;
  /** A call was made. `isHeld` where it waits for its result, and so belongs to a batch. */
  made(callId: string, isHeld: boolean): void;
  /** A call has its result, whoever gave it. */
  completed(callId: string): void;
  /** All calls of earlier batches have their results: until then no further batch is closed. */
  resume(): void;
  /** Closes nothing any more. */
  end(): void;
}

/**
 * Makes the batches of one run. `onComplete` is called each time that the calls held since the last time are all.
 *
 * A batch is complete at once where as many calls were made as were listed; otherwise after a silence about calls of 150 ms,
 * which doubles with each sign of a call that is still being written, up to 1.5 s; and 1.5 s after the last sign where fewer
 * calls were made than were listed.
 */
export const createCallBatch = (onComplete: () => void): CallBatch => {
  /** Of the latest list; `null` once all of it was made: it says nothing about what comes after. */
  let listedCount: number | null = null;
  /** Calls made, or completed by others, since the last list. */
  let countSinceList = 0;
  /** Announced, not yet made. */
  const pending = new Set<string>();
  const made = new Set<string>();
  /**
   * Calls made that were never announced under their id: made before the update about them was delivered, or announced
   * under another id, as nothing promises that the two are the same.
   */
  const unannounced = new Set<string>();
  let heldCount = 0;
  let isWaitingForResults = false;
  let hasSettled = false;
  let settleMs = SETTLE_MS;
  let timer: NodeJS.Timeout | undefined;

  const isBeingWritten = () => pending.size > unannounced.size;
  /** Calls made of which no update has told: what was said before them may still be on its way. */
  const aheadCount = () => Math.max(0, unannounced.size - pending.size);

  const close = () => {
    clearTimeout(timer);
    if (heldCount === 0) return;
    if (isWaitingForResults) {
      hasSettled = true;
      return;
    }
    heldCount = 0;
    // What has not come of it may still come, or never.
    listedCount = null;
    hasSettled = false;
    settleMs = SETTLE_MS;
    isWaitingForResults = true;
    onComplete();
  };

  const sign = () => {
    clearTimeout(timer);
    hasSettled = false;
    settleMs = isBeingWritten() ? Math.min(settleMs * 2, MAX_SETTLE_MS) : SETTLE_MS;
    const isListOpen = listedCount !== null && countSinceList < listedCount;
    if (listedCount !== null && !isListOpen && aheadCount() === 0) {
      listedCount = null;
      close();
      return;
    }
    if (heldCount === 0) return;
    timer = setTimeout(close, isListOpen ? MAX_SETTLE_MS : settleMs);
  };

  return {
    listed(count) {
      listedCount = count > 0 ? count : null;
      countSinceList = aheadCount();
      sign();
    },
    announced(callId) {
      unannounced.delete(callId);
      if (!made.has(callId)) pending.add(callId);
      sign();
    },
    made(callId, isHeld) {
      made.add(callId);
      if (!pending.delete(callId)) unannounced.add(callId);
      countSinceList += 1;
      if (isHeld) heldCount += 1;
      sign();
    },
    completed(callId) {
      pending.delete(callId);
      if (made.has(callId)) return;
      const [known] = unannounced;
      if (known === undefined) {
        countSinceList += 1;
        sign();
      } else {
        unannounced.delete(known);
      }
    },
    resume() {
      isWaitingForResults = false;
      if (hasSettled) close();
    },
    end() {
      clearTimeout(timer);
      heldCount = 0;
    },
  };
};
