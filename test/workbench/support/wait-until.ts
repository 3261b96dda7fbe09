import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks `probe` until it gives something else than `undefined` or `false`, and returns that.
 * @throws {Error} that names `what` when `timeoutMs` have gone by; an error of the probe counts as "not yet"
 */
export const waitUntil = async <T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: lastError });
    await delay(50);
  }
};
