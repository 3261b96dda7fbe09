/** A thread as far as its removal goes. */
export interface WeighedThread {
  readonly id: string;
  readonly bytes: number;
  /** Whether an answer is being made in it: it stays until that is over. */
  readonly isUnderWay: boolean;
}

export interface ThreadWeights {
  /** Bytes of all of them. */
  readonly total: number;
  /** Those that alone have more than `maxBytes`. */
  readonly larger: Iterable<WeighedThread>;
  /** All of them, the longest unused first; read no further than needed. */
  readonly byAge: Iterable<WeighedThread>;
}

/**
 * Selects the threads without which the rest has at most `targetBytes`: those that cannot stay in any case, then the longest
 * unused. Gives their ids.
 *
 * One that alone has more than `targetBytes` stays where the rest of them has at most `maxBytes`: nothing but its own removal
 * would reach the target.
 */
export const selectExcess = (
  { total, larger, byAge }: ThreadWeights,
  maxBytes: number,
  targetBytes: number,
): readonly string[] => {
  const ids: string[] = [];
  let left = total;
  for (const { id, bytes, isUnderWay } of larger) {
    // One that is under way goes later: the others need not make room for it.
    left -= bytes;
    if (!isUnderWay) ids.push(id);
  }
  for (const { id, bytes, isUnderWay } of byAge) {
    if (left <= targetBytes || (left <= maxBytes && bytes > targetBytes)) break;
    if (isUnderWay || bytes > maxBytes) continue;
    left -= bytes;
    ids.push(id);
  }
  return ids;
};
