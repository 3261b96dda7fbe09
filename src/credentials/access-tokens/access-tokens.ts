import type { AccessTokenInfo, AccessTokenLimits } from '../../core/access-token.ts';
import type { ClientRegistry } from '../../core/client.ts';

/** A token that was just made: the only time that it is shown. */
export interface CreatedAccessToken {
  readonly info: AccessTokenInfo;
  readonly token: string;
}

/** The access tokens of clients: what the panel and `portside token` show and change, and what requests are checked against. */
export interface AccessTokens extends ClientRegistry {
  list(): readonly AccessTokenInfo[];
  /** @throws GatewayError where the name is taken or a limit makes no sense */
  create(name: string, limits?: Partial<AccessTokenLimits>): CreatedAccessToken;
  /** Ends a token and all that it has open, by id or name; gives what it was. @throws GatewayError where there is none, or it is the default one, which can only be replaced */
  revoke(idOrName: string): AccessTokenInfo;
  /** Whether `token` is the default one; `absent` where there is no default one at all. */
  compareDefault(token: string): 'same' | 'other' | 'absent';
  /** Makes `token` the default one: the one before is worth nothing any more. */
  setDefault(token: string): void;
  /** Calls `listener` after each change, those of other processes included, within a second. Returns the function that ends this. */
  onDidChange(listener: () => void): () => void;
  /** Stores what is not stored yet, and ends the watching. */
  close(): void;
}
