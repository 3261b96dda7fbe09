import type { SecretStorage } from 'vscode';

const ACCESS_TOKEN = 'portside.accessToken';
/** Where a Cursor API key was kept before there were accounts. */
const OLD_CURSOR_API_KEY = 'portside.cursorApiKey';

/** The extension's own secrets beside its accounts: one entry of the editor's secret storage each. */
export interface Secrets {
  /** The default access token of clients as this window knows it; `null` where it knows none. */
  readAccessToken(): Promise<string | null>;
  /** The same; made by `generate` and stored where there is none. */
  getAccessToken(generate: () => string): Promise<string>;
  setAccessToken(token: string): Promise<void>;
  /** Gives the key of an earlier version to `adopt`, where there is one, and forgets it then. */
  handOverCursorApiKey(adopt: (key: string) => Promise<void>): Promise<void>;
}

export const createSecrets = (storage: Pick<SecretStorage, 'get' | 'store' | 'delete'>): Secrets => ({
  async readAccessToken() {
    return (await storage.get(ACCESS_TOKEN)) ?? null;
  },
  async getAccessToken(generate) {
    const stored = await storage.get(ACCESS_TOKEN);
    if (stored !== undefined) return stored;
    await storage.store(ACCESS_TOKEN, generate());
    // Another window may have stored one at the same time: the later one counts, where the windows share their storage.
    const token = await storage.get(ACCESS_TOKEN);
    if (token === undefined) throw new Error('The editor did not keep the access token in its secret storage.');
    return token;
  },
  async setAccessToken(token) {
    await storage.store(ACCESS_TOKEN, token);
  },
  async handOverCursorApiKey(adopt) {
    const key = await storage.get(OLD_CURSOR_API_KEY);
    if (key === undefined) return;
    await adopt(key);
    await storage.delete(OLD_CURSOR_API_KEY);
  },
});
