/** A queue between a producer that pushes and one consumer that waits. */
export interface EventQueue<T> {
  push(items: readonly T[]): void;
  /** All that has been pushed since the last call; waits where that is nothing. */
  take(): Promise<readonly T[]>;
}

/** Makes an unbounded queue: what is in it is at most what one answer holds. */
export const createEventQueue = <T>(): EventQueue<T> => {
  let items: T[] = [];
  let wake: (() => void) | null = null;
  return {
    push(pushed) {
      for (const item of pushed) items.push(item);
      wake?.();
      wake = null;
    },
    async take() {
      if (items.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const taken = items;
      items = [];
      return taken;
    },
  };
};
