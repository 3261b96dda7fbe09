import type { AccessTokens } from '../credentials/access-tokens/access-tokens.ts';

/**
 * Makes the default token what `read` gives. Reads again until nothing has changed: whoever replaces the token in between
 * first keeps it where it is read from and then sets it here, and must not find the one before in its place.
 */
export const adoptDefaultToken = async (
  tokens: Pick<AccessTokens, 'setDefault'>,
  read: () => Promise<string>,
): Promise<void> => {
  let token: string | null = null;
  for (let next = await read(); next !== token; next = await read()) {
    token = next;
    tokens.setDefault(token);
  }
};
