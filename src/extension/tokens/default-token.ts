import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import { adoptDefaultToken } from '../../host/adopt-default-token.ts';
import type { Secrets } from '../secrets.ts';

/** The default access token, as far as this window can show it. */
export interface DefaultToken {
  /** Makes one where there is none at all. */
  ensure(): Promise<void>;
  /** The token; `null` where another window, or another editor, has made or replaced it and it is not known here. */
  read(): Promise<string | null>;
  /** Replaces it; gives the new one. */
  rotate(): Promise<string>;
}

/**
 * The stored digest decides which token counts. A window's own secret may be an old one, as where windows do not share their
 * secret storage, and a token that was replaced must never become valid again: so the secret is stored as the default token
 * only where there is no other, or where it has just been made.
 */
export const createDefaultToken = (options: {
  tokens: Pick<AccessTokens, 'compareDefault' | 'setDefault'>;
  secrets: Pick<Secrets, 'readAccessToken' | 'getAccessToken' | 'setAccessToken'>;
  generate: () => string;
}): DefaultToken => {
  const { tokens, secrets, generate } = options;

  const ensure = async (): Promise<void> => {
    if (tokens.compareDefault('') !== 'absent') return;
    await adoptDefaultToken(tokens, () => secrets.getAccessToken(generate));
  };

  return {
    ensure,
    async read() {
      await ensure();
      const token = await secrets.readAccessToken();
      return token !== null && tokens.compareDefault(token) === 'same' ? token : null;
    },
    async rotate() {
      const token = generate();
      await secrets.setAccessToken(token);
      tokens.setDefault(token);
      return token;
    },
  };
};
