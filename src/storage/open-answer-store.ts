import type { AnswerStore } from '../core/answer-store.ts';
import type { Logger } from '../core/logger.ts';
import { createMemoryAnswerStore } from './memory-answer-store.ts';
import { openPrivateDatabase } from './open-private-database.ts';
import { createSqliteAnswerStore } from './sqlite-answer-store.ts';

/**
 * Opens the stored answers and conversations in a private SQLite file, made where it is missing.
 *
 * Never throws: a damaged file is moved aside and a new one begun; where there can be none, they are kept in memory. Either
 * way one warning says what is lost.
 */
export const openAnswerStore = (file: string, logger: Logger): AnswerStore => {
  try {
    return openPrivateDatabase({
      file,
      createStore: (database) => createSqliteAnswerStore(database),
      onDamaged: (aside) =>
        logger.warn(
          `The stored responses and conversations in ${file} are lost, as the file is damaged. It was moved to ${aside}.`,
        ),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn(
      `Stored responses and conversations are kept in memory only and will be lost when the server ends: ${file} cannot be used (${reason}).`,
    );
    return createMemoryAnswerStore();
  }
};
