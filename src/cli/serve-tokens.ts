import type { Logger } from '../core/logger.ts';
import { readOrCreateAccessToken } from '../credentials/access-token.ts';
import type { AccessTokens } from '../credentials/access-tokens/access-tokens.ts';
import { adoptDefaultToken } from '../host/adopt-default-token.ts';
import { openAccessTokens } from '../host/open-access-tokens.ts';
import type { ServeInput } from './serve-input.ts';
import { toUsageError } from './usage-error.ts';

/** The access tokens of `portside serve`. */
export interface ServeTokens {
  readonly tokens: AccessTokens;
  /** The token to show: read anew, as it may be replaced while another Portside serves. */
  readonly readShown: () => Promise<string>;
}

/** @throws UsageError where the folder for state cannot be used */
export const openServeTokens = async (
  { home, ownToken }: Pick<ServeInput, 'home' | 'ownToken'>,
  logger: Logger,
): Promise<ServeTokens> => {
  if (ownToken !== null) {
    return { tokens: openAccessTokens({ folder: home, logger, ownToken }), readShown: async () => ownToken };
  }
  const readShown = async (): Promise<string> => await toUsageError(() => readOrCreateAccessToken(home));
  // First, as its failure tells of a folder that cannot be used.
  await readShown();
  const tokens = openAccessTokens({ folder: home, logger, ownToken });
  try {
    await adoptDefaultToken(tokens, readShown);
  } catch (error) {
    tokens.close();
    throw error;
  }
  return { tokens, readShown };
};
