/** A promise took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Settles as `promise` does, but not later than after `timeoutMs`, and not after `signal` is aborted.
 *
 * @throws DeadlineError when the time is over; the reason of `signal` when that is aborted
 */
export const withDeadline = <T>(promise: Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => finish(() => reject(signal?.reason));
    const timer = setTimeout(
      () => finish(() => reject(new DeadlineError(`Not done after ${timeoutMs} ms.`))),
      timeoutMs,
    );
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      settle();
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    promise.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
