import { LRUCache } from 'lru-cache';
import type { HistoryEntry } from './run-log.ts';

/**
 * What the turns of conversations said, by the ids of their blobs. Conversations live with the client; a service that reads
 * all of one again for each turn would answer ever later.
 */
export interface HistoryMemory {
  /** `null` where the turn is not known. */
  get(turnId: Uint8Array): readonly HistoryEntry[] | null;
  set(turnId: Uint8Array, entries: readonly HistoryEntry[]): void;
  clear(): void;
}

/** `maximum` is how many turns are remembered; 0 for none. */
export function createHistoryMemory(maximum: number): HistoryMemory {
  const turns = new LRUCache<string, readonly HistoryEntry[]>({ max: Math.max(1, maximum) });
  const toKey = (id: Uint8Array): string => Buffer.from(id).toString('base64');
  return {
    get: (turnId) => turns.get(toKey(turnId)) ?? null,
    set(turnId, entries) {
      if (maximum > 0) turns.set(toKey(turnId), entries);
    },
    clear() {
      turns.clear();
    },
  };
}
