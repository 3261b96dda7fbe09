/** Where the Cursor API key comes from. Asked anew for each run, so that a change takes effect at once. */
export interface CredentialSource {
  /** The key, or `null` where the user has given none. */
  getApiKey(): Promise<string | null>;
}
