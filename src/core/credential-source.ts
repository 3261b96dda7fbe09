import type { RunFailure } from './run-event.ts';

/** Which Cursor credential a request is to use. */
export type AccountChoice =
  | { readonly type: 'default' }
  | { readonly type: 'account'; readonly name: string }
  /** The caller's own key, for this request alone. */
  | { readonly type: 'key'; readonly apiKey: string };

export const DEFAULT_ACCOUNT: AccountChoice = { type: 'default' };

/** A key with the account that it belongs to. */
export interface CursorCredential {
  /** `null` for a caller's own key. */
  readonly account: string | null;
  readonly apiKey: string;
}

/** Where Cursor credentials come from. Asked anew for each request, so that a change takes effect at once. */
export interface CredentialSource {
  /**
   * The credentials to try, in order: what the choice means comes first; others follow only where the user lets Portside go
   * on to another account.
   *
   * @throws GatewayError `cursor_sign_in_required`, `cursor_sign_in_expired`, or `invalid_request` for an account that is not there
   */
  select(choice: AccountChoice): Promise<readonly [CursorCredential, ...CursorCredential[]]>;
  /** Takes note of how a run with the credential failed; gives the failure in the words that its user needs. */
  noteFailure(credential: CursorCredential, failure: RunFailure): RunFailure;
  /** Takes note that Cursor has accepted the credential. */
  noteSuccess(credential: CursorCredential): void;
}
