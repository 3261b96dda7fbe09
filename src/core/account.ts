/** Where a Cursor account comes from; the order in which one is taken where the user has chosen none. */
export const ACCOUNT_SOURCES = ['editor', 'browser', 'key', 'environment'] as const;

/** `editor`: the editor's own sign-in. `browser`: a sign-in of ours. `key`: a key that was pasted. `environment`: `CURSOR_API_KEY`. */
export type AccountSource = (typeof ACCOUNT_SOURCES)[number];

/** What is known of an account's key. `refused` and `rate-limited` are what Cursor said last. */
export type AccountStatus = 'ready' | 'expiring' | 'expired' | 'refused' | 'rate-limited';

/** A Cursor account as people see it: never its key. */
export interface AccountInfo {
  /** Unique; chosen by the user, or made from source and email. */
  readonly name: string;
  readonly source: AccountSource;
  readonly email: string | null;
  /** As the editor knows it (`pro`, `free`, …); Cursor tells it to nobody else. */
  readonly plan: string | null;
  /** Milliseconds since 1970; `null` where nobody knows or the key never expires. */
  readonly expiresAt: number | null;
  readonly status: AccountStatus;
  /** Whether requests that name no account use this one. */
  readonly isDefault: boolean;
}

/** What Cursor tells of the owner of a key. */
export interface CursorProfile {
  /** `null` for keys of teams. */
  readonly email: string | null;
  /** The key's name in the Cursor Dashboard. */
  readonly keyName: string | null;
}

/** A key that Cursor has made for a sign-in. */
export interface IssuedKey {
  readonly apiKey: string;
  readonly email: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Gets keys from Cursor. All methods throw {@link GatewayError} with a message for people. */
export interface CursorSignIn {
  /** A sign-in in the browser: `onUrl` is given the page to open, once. Aborting `signal` ends it. */
  signIn(options: {
    /** The key's name in the Cursor Dashboard. */
    readonly keyName: string;
    readonly onUrl: (url: string) => void;
    readonly signal: AbortSignal;
  }): Promise<IssuedKey>;
  /** Makes a key for a session that has signed in elsewhere. The session's token is used for this alone. */
  exchangeSession(options: {
    readonly sessionToken: string;
    readonly keyName: string;
    /** Milliseconds since 1970. */
    readonly expiresAt: number;
    /** Whose session it has to be, in any case of letters: no key is made for another account. Absent or `null` for anybody's. */
    readonly expectedEmail?: string | null;
    readonly signal: AbortSignal;
  }): Promise<IssuedKey>;
  /** Whose key it is; fails with `cursor_sign_in_required` where Cursor refuses it. */
  readProfile(apiKey: string, signal: AbortSignal): Promise<CursorProfile>;
}
