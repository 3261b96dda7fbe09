import type { SecretStorage } from 'vscode';
import type { CredentialSource } from '../core/credential-source.ts';

const ACCESS_TOKEN = 'portside.accessToken';
const CURSOR_API_KEY = 'portside.cursorApiKey';

/** Where the key that runs use comes from. */
export type CursorApiKeySource = 'stored' | 'environment' | 'none';

/** The extension's secrets: one entry of the editor's secret storage each. */
export interface Secrets extends CredentialSource {
  /** The token that clients must send; made by `generate` and stored at the first call. */
  getAccessToken(generate: () => string): Promise<string>;
  getCursorApiKeySource(): Promise<CursorApiKeySource>;
  setCursorApiKey(key: string): Promise<void>;
  removeCursorApiKey(): Promise<void>;
  /** Also called when another window of the editor changes the key. Returns the function that ends this. */
  onDidChangeCursorApiKey(listener: () => void): () => void;
}

/** A stored key wins over `CURSOR_API_KEY`, because somebody gave it to this very extension. */
export const createSecrets = (
  storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>,
  environment: Readonly<Record<string, string | undefined>>,
): Secrets => {
  const fromEnvironment = (): string | null => environment['CURSOR_API_KEY']?.trim() || null;
  return {
    async getAccessToken(generate) {
      const stored = await storage.get(ACCESS_TOKEN);
      if (stored !== undefined) return stored;
      await storage.store(ACCESS_TOKEN, generate());
      // Two windows may get here at once: both then use what is stored in the end.
      const token = await storage.get(ACCESS_TOKEN);
      if (token === undefined) throw new Error('The editor did not keep the access token in its secret storage.');
      return token;
    },
    async getApiKey() {
      return (await storage.get(CURSOR_API_KEY)) ?? fromEnvironment();
    },
    async getCursorApiKeySource() {
      if ((await storage.get(CURSOR_API_KEY)) !== undefined) return 'stored';
      return fromEnvironment() === null ? 'none' : 'environment';
    },
    async setCursorApiKey(key) {
      await storage.store(CURSOR_API_KEY, key);
    },
    async removeCursorApiKey() {
      await storage.delete(CURSOR_API_KEY);
    },
    onDidChangeCursorApiKey(listener) {
      const subscription = storage.onDidChange(({ key }) => {
        if (key === CURSOR_API_KEY) listener();
      });
      return () => {
        subscription.dispose();
      };
    },
  };
};
