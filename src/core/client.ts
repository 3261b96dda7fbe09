import type { AccountChoice } from './credential-source.ts';

/** Who sent a request, and what it may do. */
export interface Client {
  /** Whom sessions, conversations and idempotency keys belong to: never the token or key itself. */
  readonly owner: string;
  /** The name of its access token, for people; `null` where it has none. */
  readonly tokenName: string | null;
  /** The Cursor credential that its requests use. */
  readonly account: AccountChoice;
  /** Whether `X-Portside-Account` may not name another. */
  readonly isAccountFixed: boolean;
  /** Ids or aliases of the models that it may use; `null` for all. */
  readonly models: readonly string[] | null;
  /** Aborted when its token is revoked or expires: its answers end then. */
  readonly revocation: AbortSignal;
}

/** What an access token is worth. */
export type ClientCheck =
  | { readonly status: 'accepted'; readonly client: Client }
  /** The token is right, but over its requests per minute. */
  | { readonly status: 'limited'; readonly tokenName: string; readonly retryAfterSeconds: number }
  | { readonly status: 'expired'; readonly tokenName: string }
  | { readonly status: 'unknown' };

/** Judges access tokens. */
export interface ClientRegistry {
  /** Judges a token, and counts the request where it is accepted. Never rejects for what a token is. */
  check(token: string): Promise<ClientCheck>;
}
