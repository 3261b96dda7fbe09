import type { UsageCounter } from '../core/daily-usage.ts';
import type { Logger } from '../core/logger.ts';
import { createMemoryUsageCounter } from './memory-usage-counter.ts';
import { openPrivateDatabase } from './open-private-database.ts';
import { createSqliteUsageCounter } from './sqlite-usage-counter.ts';

/**
 * Opens what was used per day in a private SQLite file, made where it is missing.
 *
 * Never throws: a damaged file is moved aside and a new one begun; where there can be none, it is counted in memory. Either
 * way one warning says what is lost.
 */
export const openUsageCounter = (file: string, logger: Logger): UsageCounter => {
  try {
    return openPrivateDatabase({
      file,
      createStore: (database) => createSqliteUsageCounter(database, logger),
      onDamaged: (aside) =>
        logger.warn(`What was used per day is lost, as the file ${file} is damaged. It was moved to ${aside}.`),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn(
      `What is used per day is counted in memory only and will be lost when the server ends: ${file} cannot be used (${reason}).`,
    );
    return createMemoryUsageCounter();
  }
};
