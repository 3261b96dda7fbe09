import path from 'node:path';
import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import type { AccessTokens } from '../credentials/access-tokens/access-tokens.ts';
import { createAccessTokens } from '../credentials/access-tokens/create-access-tokens.ts';
import { openAccessTokenFile, openAccessTokenStore } from '../storage/open-access-token-store.ts';

export interface OpenAccessTokensOptions {
  /** Where `access-tokens.db` is, or will be. */
  readonly folder: string;
  readonly logger: Logger;
  /** Takes the place of the default token in this process alone; `null` for none. */
  readonly ownToken: string | null;
  /** Whether tokens that are kept in memory are of no use. */
  readonly needsFile?: boolean;
}

/**
 * The access tokens of a folder; `close` closes their file too.
 *
 * @throws GatewayError where a file is needed and there can be none
 */
export const openAccessTokens = ({
  folder,
  logger,
  ownToken,
  needsFile = false,
}: OpenAccessTokensOptions): AccessTokens => {
  const file = path.join(folder, 'access-tokens.db');
  const store = needsFile ? openOrExplain(file, logger) : openAccessTokenStore(file, logger);
  const tokens = createAccessTokens({ store, logger, ownToken });
  return {
    ...tokens,
    close() {
      tokens.close();
      store.close();
    },
  };
};

const openOrExplain = (file: string, logger: Logger) => {
  try {
    return openAccessTokenFile(file, logger);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError('invalid_request', `The access tokens in ${file} cannot be used: ${reason}.`, {
      cause: error,
    });
  }
};
