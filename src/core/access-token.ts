/** An access token that a client may use, as people see it: never the token itself. Times in milliseconds since 1970. */
export interface AccessTokenInfo {
  /** `tok_…`, or `default` for the one that is made at the first start. */
  readonly id: string;
  /** Unique. */
  readonly name: string;
  readonly createdAt: number;
  /** `null` where it was never used. */
  readonly lastUsedAt: number | null;
  readonly requestCount: number;
  /** `null` where it never expires. */
  readonly expiresAt: number | null;
  /** The Cursor account that its requests use; `null` for the default one or the one that a request names. */
  readonly account: string | null;
  /** Ids or aliases of the models that it may use; `null` for all. */
  readonly models: readonly string[] | null;
  /** `null` for any number. */
  readonly requestsPerMinute: number | null;
}

/** What a user may limit a token to. */
export type AccessTokenLimits = Pick<AccessTokenInfo, 'expiresAt' | 'account' | 'models' | 'requestsPerMinute'>;

/** Whether something is the id of a token that a user has made. */
export const isTokenId = (id: string): boolean => id.startsWith('tok_');

/** What a name is told apart by: not by upper and lower case, nor by how a letter with an accent is written. */
export const toTokenNameKey = (name: string): string => name.normalize('NFKC').toLowerCase();

/** A token as it is stored. */
export interface StoredAccessToken extends AccessTokenInfo {
  /** SHA-256 of the token, 64 hex digits. */
  readonly digest: string;
}

/** Keeps access tokens. Several processes may use the same one. Methods throw where the storage fails. */
export interface AccessTokenStore {
  /** Changes with every change that another process makes. Cheap: asked for each request. */
  readonly version: number;
  /** The oldest first. */
  list(): readonly StoredAccessToken[];
  /** False where the id or the name is taken. */
  add(token: StoredAccessToken): boolean;
  /** False where there is none of this id. */
  remove(id: string): boolean;
  /**
   * Gives a token another digest: the old token is worth nothing any more, and the new one was never used. False where there
   * is none of this id.
   */
  replaceDigest(id: string, digest: string, createdAt: number): boolean;
  /** Adds to a token's count of requests. */
  noteUse(id: string, requests: number, lastUsedAt: number): void;
  close(): void;
}
