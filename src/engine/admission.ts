import { GatewayError } from '../core/gateway-error.ts';

/** About how long a run takes: a place is likely to be free then. */
const RETRY_AFTER_SECONDS = 5;

export interface AdmissionOptions {
  /** How many runs may be under way at once, at least one. */
  readonly maxConcurrent: number;
  /** How many more may wait for their turn. */
  readonly maxQueued: number;
  /** Called after each change of {@link Admission.queued}. */
  readonly onDidChangeQueue?: () => void;
}

/** The leave to run; given back by disposing of it, once or more often. */
export type Slot = Disposable;

/** Lets so many runs go at once and others wait, first come first served. */
export interface Admission {
  /**
   * Waits for a slot. Rejects with the reason of `signal` as soon as that aborts; a slot that was given stays given.
   * @throws GatewayError `too_many_runs` where no more may wait
   */
  enter(signal: AbortSignal): Promise<Slot>;
  /** Slots that are given. */
  readonly active: number;
  /** Those who wait for one. */
  readonly queued: number;
}

export const createAdmission = ({ maxConcurrent, maxQueued, onDidChangeQueue }: AdmissionOptions): Admission => {
  /** In the order they came. */
  const waiting = new Set<(slot: Slot) => void>();
  let active = 0;

  const createSlot = (): Slot => {
    let isReleased = false;
    return {
      [Symbol.dispose]() {
        if (isReleased) return;
        isReleased = true;
        const [next] = waiting;
        if (next === undefined) active -= 1;
        else next(createSlot());
      },
    };
  };

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (active < maxConcurrent) {
        active += 1;
        return createSlot();
      }
      if (waiting.size >= maxQueued) throw createTooManyRuns({ maxConcurrent, maxQueued });
      return new Promise<Slot>((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(take);
          signal.removeEventListener('abort', giveUp);
          onDidChangeQueue?.();
        };
        const take = (slot: Slot): void => {
          leave();
          resolve(slot);
        };
        const giveUp = (): void => {
          leave();
          reject(signal.reason);
        };
        waiting.add(take);
        signal.addEventListener('abort', giveUp);
        onDidChangeQueue?.();
      });
    },
    get active() {
      return active;
    },
    get queued() {
      return waiting.size;
    },
  };
};

const createTooManyRuns = ({ maxConcurrent, maxQueued }: AdmissionOptions): GatewayError =>
  new GatewayError(
    'too_many_runs',
    `Portside has ${maxConcurrent} runs under way and ${maxQueued} requests waiting, as many as it takes. Try again a little later, or raise \`portside.maxConcurrentRuns\` or \`portside.maxQueuedRuns\`.`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
