import { type AccessTokenStore, type StoredAccessToken, toTokenNameKey } from '../core/access-token.ts';

/** Keeps access tokens for as long as the process lives. */
export const createMemoryAccessTokenStore = (): AccessTokenStore => {
  const tokens = new Map<string, StoredAccessToken>();
  const change = (id: string, toChanges: (token: StoredAccessToken) => Partial<StoredAccessToken>): boolean => {
    const token = tokens.get(id);
    if (token === undefined) return false;
    tokens.set(id, { ...token, ...toChanges(token) });
    return true;
  };
  return {
    // No other process sees these.
    version: 0,
    list: () => [...tokens.values()].toSorted((a, b) => a.createdAt - b.createdAt),
    add(token) {
      const key = toTokenNameKey(token.name);
      if (tokens.has(token.id) || [...tokens.values()].some(({ name }) => toTokenNameKey(name) === key)) return false;
      tokens.set(token.id, token);
      return true;
    },
    remove: (id) => tokens.delete(id),
    replaceDigest: (id, digest, createdAt) =>
      change(id, () => ({ digest, createdAt, lastUsedAt: null, requestCount: 0 })),
    noteUse(id, requests, lastUsedAt) {
      change(id, (token) => ({
        requestCount: token.requestCount + requests,
        lastUsedAt: Math.max(token.lastUsedAt ?? 0, lastUsedAt),
      }));
    },
    close() {
      tokens.clear();
    },
  };
};
