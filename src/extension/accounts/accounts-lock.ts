import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../core/logger.ts';

/**
 * Lets one window at a time change accounts, by a lock file. Where there can be none, as without `node:sqlite`, or where another
 * window holds it for too long, as behind a question of the system, the change is made all the same: nobody is to be kept from
 * signing in.
 */
export const createAccountsLock = (options: {
  file: string;
  withFileLock: (file: string, work: () => Promise<void>) => Promise<void>;
  logger: Logger;
}): ((work: () => Promise<void>) => Promise<void>) => {
  const { file, withFileLock, logger } = options;
  return async (work) => {
    let hasBegun = false;
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await withFileLock(file, () => {
        hasBegun = true;
        return work();
      });
    } catch (error) {
      if (hasBegun) throw error;
      logger.warn('The Cursor accounts are changed without a lock.', { cause: String(error) });
      await work();
    }
  };
};
