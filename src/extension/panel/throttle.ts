/** Does some work at most once in a span of time. */
export interface Throttle {
  /** Does the work at once where there was none for a while, otherwise as soon as the span is over. */
  call(): void;
  /** Gives up what waits. */
  cancel(): void;
}

/** `work` has to find out by itself what there is to do: calls are not counted. */
export const createThrottle = (intervalMs: number, work: () => void): Throttle => {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;

  const run = (): void => {
    timer = null;
    lastAt = performance.now();
    work();
  };

  return {
    call() {
      if (timer !== null) return;
      timer = setTimeout(run, Math.max(0, lastAt + intervalMs - performance.now()));
    },
    cancel() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
};
