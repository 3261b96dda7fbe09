import type { AccessTokenStore } from '../core/access-token.ts';
import type { Logger } from '../core/logger.ts';
import { createMemoryAccessTokenStore } from './memory-access-token-store.ts';
import { openPrivateDatabase } from './open-private-database.ts';
import { createSqliteAccessTokenStore } from './sqlite-access-token-store.ts';

/**
 * Opens the access tokens in a private SQLite file, made where it is missing.
 *
 * Never throws: a damaged file is moved aside and a new one begun; where there can be none, tokens are kept in memory. Either
 * way one warning says what is lost.
 */
export const openAccessTokenStore = (file: string, logger: Logger): AccessTokenStore => {
  try {
    return openAccessTokenFile(file, logger);
  } catch (error) {
    logger.warn(
      `Only the default access token works, and new ones only until the server ends: ${file} cannot be used (${error instanceof Error ? error.message : String(error)}).`,
    );
    return createMemoryAccessTokenStore();
  }
};

/** The same, for those to whom tokens in memory are of no use. @throws Error where there can be no file */
export const openAccessTokenFile = (file: string, logger: Logger): AccessTokenStore =>
  openPrivateDatabase({
    file,
    createStore: createSqliteAccessTokenStore,
    onDamaged: (aside) =>
      logger.warn(
        `The access tokens in ${file} are lost, as the file is damaged: only the default one still works. The file was moved to ${aside}.`,
      ),
  });
