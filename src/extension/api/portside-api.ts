import type { Event } from 'vscode';

/** What other extensions get from `activate()`. docs/extension-api.md shows how to use it. */
export interface PortsideApi {
  /**
   * The base URL for tools on the machine that this extension runs on, such as `http://127.0.0.1:8765/v1`; `null` while
   * nothing is served. Where another window serves, it is the address of that one.
   */
  readonly baseUrl: string | null;

  /** Fires after each change of the state, with the new one. */
  readonly onDidChangeState: Event<PortsideState>;

  /**
   * Creates an access token after asking the user, who can list and revoke it like every other. It works at once, and does
   * not depend on whether the server runs now. Store it in your own `SecretStorage`: nobody can show it again.
   *
   * Rejects with an error whose `code` is a {@link PortsideApiErrorCode}: `declined` where the user does not want it,
   * `invalid_request` where an option is not valid, `unavailable` where the Portside that serves does not know the tokens of
   * this editor.
   */
  readonly createToken: (options: PortsideTokenOptions) => Promise<PortsideToken>;
}

/** What the server is doing. */
export type PortsideState =
  | { readonly status: 'stopped' }
  | { readonly status: 'starting' }
  /** `baseUrl` ends in `/v1`. Requests are answered. */
  | { readonly status: 'running'; readonly baseUrl: string }
  /** Another window, or the command, serves at `baseUrl`. This window takes over when that one goes. */
  | { readonly status: 'served-elsewhere'; readonly baseUrl: string }
  /** `message` says what failed and what to do, in English or the language of the editor. */
  | { readonly status: 'failed'; readonly message: string };

/** What a token shall be. */
export interface PortsideTokenOptions {
  /** What to call it, best the name of your extension. A number is added where the name is taken. */
  readonly name: string;
  /** One sentence for the question: what the token is needed for. */
  readonly reason?: string;
  /** Milliseconds since 1970; left out, it never expires. */
  readonly expiresAt?: number;
  /** Ids or aliases of the models that it may use; left out, all. */
  readonly models?: readonly string[];
  /** At most so many requests in a minute; left out, any number. */
  readonly requestsPerMinute?: number;
}

/** A token that was created. */
export interface PortsideToken {
  /** What it is called in Portside's lists. */
  readonly name: string;
  /** A secret. Send it as `Authorization: Bearer …`. */
  readonly token: string;
}

/** The `code` of the errors of {@link PortsideApi.createToken}. */
export type PortsideApiErrorCode = 'declined' | 'invalid_request' | 'unavailable';
