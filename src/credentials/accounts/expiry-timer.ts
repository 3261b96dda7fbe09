/** Tells when moments have come, for as long as it is given some. */
export interface ExpiryTimer {
  /** The moments to wait for from now on, in milliseconds since 1970. One that has come and was not told yet is told soon. */
  watch(moments: readonly number[]): void;
}

/** What {@link createExpiryTimer} needs. */
export interface ExpiryTimerOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for all the moments that have come. */
  readonly onPassed: () => void;
}

/** Timers take no more than 2^31 ms, and some do not count while the machine sleeps: the clock is looked at this often. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;

/** Does not keep the process alive. */
export const createExpiryTimer = ({ now, onPassed }: ExpiryTimerOptions): ExpiryTimer => {
  let moments: readonly number[] = [];
  let lookedAt = now();
  let due: number | null = null;
  let timer: NodeJS.Timeout | undefined;

  const arm = (): void => {
    const next = moments.reduce<number | null>(
      (first, moment) => (moment > lookedAt && (first === null || moment < first) ? moment : first),
      null,
    );
    if (next === due) return;
    due = next;
    clearTimeout(timer);
    if (next === null) return;
    timer = setTimeout(look, Math.min(Math.max(next - now(), 0), LONGEST_WAIT_MS)).unref();
  };

  const look = (): void => {
    const present = now();
    const hasPassed = moments.some((moment) => moment > lookedAt && moment <= present);
    lookedAt = present;
    due = null;
    arm();
    if (hasPassed) onPassed();
  };

  return {
    watch(next) {
      moments = next;
      arm();
    },
  };
};
