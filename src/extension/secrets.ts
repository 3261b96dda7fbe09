import type { SecretStorage } from 'vscode';

const ACCESS_TOKEN = 'portside.accessToken';
/** Where a Cursor API key was kept before there were accounts. */
const OLD_CURSOR_API_KEY = 'portside.cursorApiKey';

/** The extension's own secrets beside its accounts: one entry of the editor's secret storage each. */
export interface Secrets {
  /** The default access token of clients; made by `generate` and stored at the first call. */
  getAccessToken(generate: () => string): Promise<string>;
  setAccessToken(token: string): Promise<void>;
  /** Also called when another window replaces the token. Returns the function that ends this. */
  onDidChangeAccessToken(listener: () => void): () => void;
  /** Gives the key of an earlier version to `adopt`, where there is one, and forgets it then. */
  handOverCursorApiKey(adopt: (key: string) => Promise<void>): Promise<void>;
}

export const createSecrets = (storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>): Secrets => ({
  async getAccessToken(generate) {
    const stored = await storage.get(ACCESS_TOKEN);
    if (stored !== undefined) return stored;
    await storage.store(ACCESS_TOKEN, generate());
    // Two windows may get here at once: both then use what is stored in the end.
    const token = await storage.get(ACCESS_TOKEN);
    if (token === undefined) throw new Error('The editor did not keep the access token in its secret storage.');
    return token;
  },
  async setAccessToken(token) {
    await storage.store(ACCESS_TOKEN, token);
  },
  onDidChangeAccessToken(listener) {
    const subscription = storage.onDidChange(({ key }) => {
      if (key === ACCESS_TOKEN) listener();
    });
    return () => {
      subscription.dispose();
    };
  },
  async handOverCursorApiKey(adopt) {
    const key = await storage.get(OLD_CURSOR_API_KEY);
    if (key === undefined) return;
    await adopt(key);
    await storage.delete(OLD_CURSOR_API_KEY);
  },
});
