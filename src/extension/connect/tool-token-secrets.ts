import type { SecretStorage } from 'vscode';
import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import type { ToolToken, ToolTokenStore } from '../../credentials/tool-tokens/tool-token-store.ts';

const PREFIX = 'portside.toolToken.';

/** Keeps the access tokens of tools in the editor's secret storage: one entry each. */
export interface ToolTokenSecrets extends ToolTokenStore {
  /** Drops those whose token is not there any more. */
  forgetRevoked(tokens: Pick<AccessTokens, 'list'>): Promise<void>;
}

const isToolToken = (value: unknown): value is ToolToken =>
  typeof value === 'object' &&
  value !== null &&
  'tokenId' in value &&
  typeof value.tokenId === 'string' &&
  'token' in value &&
  typeof value.token === 'string';

const parse = (text: string | undefined): ToolToken | null => {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isToolToken(value) ? { tokenId: value.tokenId, token: value.token } : null;
  } catch {
    return null;
  }
};

export const createToolTokenSecrets = (
  storage: Pick<SecretStorage, 'get' | 'store' | 'delete' | 'keys'>,
): ToolTokenSecrets => ({
  async read(toolId) {
    return parse(await storage.get(`${PREFIX}${toolId}`));
  },
  async write(toolId, entry) {
    const key = `${PREFIX}${toolId}`;
    if (entry === null) await storage.delete(key);
    else await storage.store(key, JSON.stringify({ tokenId: entry.tokenId, token: entry.token }));
  },
  async forgetRevoked(tokens) {
    const known = new Set(tokens.list().map(({ id }) => id));
    for (const key of await storage.keys()) {
      if (!key.startsWith(PREFIX)) continue;
      const entry = parse(await storage.get(key));
      if (entry === null || !known.has(entry.tokenId)) await storage.delete(key);
    }
  },
});
