import { selectExcess } from './select-excess.ts';

/** The threads of a store in memory: what is removed together, with the time of its last use. */
export interface MemoryThreads {
  /** Notes that a thread is in use now; made where it is missing. */
  use(id: string, owner: string): void;
  /** Notes that a thread is in use now, where the owner has one of this id. */
  noteUse(id: string, owner: string): void;
  listOwners(): readonly string[];
  /** Adds to what a thread weighs, or takes from it. */
  weigh(id: string, bytes: number): void;
  remove(id: string): void;
  removeOwner(owner: string): void;
  /** Leaves those in which an answer is being made. */
  removeUnused(usedBefore: number): void;
  /** Leaves those in which an answer is being made; see {@link selectExcess}. */
  trim(maxBytes: number, targetBytes: number): void;
  /** Removes all of them. */
  clear(): void;
}

interface Thread {
  readonly id: string;
  readonly owner: string;
  readonly lastUsedAt: number;
  readonly bytes: number;
}

/**
 * @param options.now in milliseconds since 1970
 * @param options.listUnderWay gives the ids of the threads in which an answer is being made
 * @param options.onRemove called with the id of each thread that is gone: all that is in it goes too
 */
export const createMemoryThreads = (options: {
  readonly now: () => number;
  readonly listUnderWay: () => ReadonlySet<string>;
  readonly onRemove: (id: string) => void;
}): MemoryThreads => {
  const { now, listUnderWay, onRemove } = options;
  const threads = new Map<string, Thread>();
  let total = 0;

  const remove = (id: string): void => {
    total -= threads.get(id)?.bytes ?? 0;
    if (threads.delete(id)) onRemove(id);
  };
  const removeWhere = (matches: (thread: Thread) => boolean): void => {
    for (const thread of threads.values()) if (matches(thread)) remove(thread.id);
  };

  const use = (id: string, owner: string): void => {
    threads.set(id, { id, owner, lastUsedAt: now(), bytes: threads.get(id)?.bytes ?? 0 });
  };

  return {
    use,
    noteUse(id, owner) {
      if (threads.get(id)?.owner === owner) use(id, owner);
    },
    listOwners: () => [...new Set([...threads.values()].map(({ owner }) => owner))].toSorted(),
    weigh(id, bytes) {
      const thread = threads.get(id);
      if (thread === undefined) return;
      threads.set(id, { ...thread, bytes: thread.bytes + bytes });
      total += bytes;
    },
    remove,
    removeOwner(owner) {
      removeWhere((thread) => thread.owner === owner);
    },
    removeUnused(usedBefore) {
      const underWay = listUnderWay();
      removeWhere(({ id, lastUsedAt }) => lastUsedAt < usedBefore && !underWay.has(id));
    },
    trim(maxBytes, targetBytes) {
      if (total <= maxBytes) return;
      const underWay = listUnderWay();
      const byAge = [...threads.values()]
        .toSorted((a, b) => a.lastUsedAt - b.lastUsedAt || (a.id < b.id ? -1 : 1))
        .map(({ id, bytes }) => ({ id, bytes, isUnderWay: underWay.has(id) }));
      const larger = byAge.filter(({ bytes }) => bytes > maxBytes);
      for (const id of selectExcess({ total, larger, byAge }, maxBytes, targetBytes)) remove(id);
    },
    clear() {
      removeWhere(() => true);
    },
  };
};
