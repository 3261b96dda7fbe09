import type { Logger } from '../core/logger.ts';
import type { SessionStore } from '../core/session-store.ts';
import { createMemorySessionStore } from './memory-session-store.ts';
import { openPrivateDatabase } from './open-private-database.ts';
import { createSqliteSessionStore } from './sqlite-session-store.ts';

/**
 * Opens the sessions in a private SQLite file, made where it is missing.
 *
 * Never throws: a damaged file is moved aside and a new one begun; where there can be none, sessions are kept in memory.
 * Either way one warning says what is lost.
 */
export const openSessionStore = (file: string, logger: Logger): SessionStore => {
  try {
    return openPrivateDatabase({
      file,
      createStore: createSqliteSessionStore,
      onDamaged: (aside) =>
        logger.warn(`The named sessions in ${file} are lost, as the file is damaged. It was moved to ${aside}.`),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn(
      `Named sessions are kept in memory only and will be lost when the server ends: ${file} cannot be used (${reason}).`,
    );
    return createMemorySessionStore();
  }
};
