import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type AccessTokenStore, type StoredAccessToken, toTokenNameKey } from '../../core/access-token.ts';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import { generateAccessToken } from '../access-token.ts';
import type { AccessTokens } from './access-tokens.ts';
import { checkTokenLimits, checkTokenName, DEFAULT_TOKEN_ID } from './check-token-request.ts';
import { createLiveToken, type LiveToken, toTokenInfo } from './live-token.ts';
import { createUseCounter } from './use-counter.ts';

export interface AccessTokensOptions {
  readonly store: AccessTokenStore;
  readonly logger: Logger;
  readonly now?: () => number;
  /**
   * A token that takes the place of the default one in this process alone, as from `PORTSIDE_TOKEN`; it is never stored.
   * `null` for none.
   */
  readonly ownToken: string | null;
}

/** How often other processes' changes are looked for, and what has expired is ended. */
const POLL_MS = 400;

/** Judges and keeps access tokens. The store stays open: who has opened it closes it. */
export const createAccessTokens = ({ store, logger, now = Date.now, ownToken }: AccessTokensOptions): AccessTokens => {
  const listeners = new Set<() => void>();
  const own = ownToken === null ? null : createOwnToken(ownToken, now());
  let version: number | null = null;
  let tokens: ReadonlyMap<string, LiveToken> = new Map();
  const failing = new Set<'read' | 'written'>();

  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  /** What fails for a while, as with a full disk, must not end every request: it goes on with what is known. */
  const attempt = (what: 'read' | 'written', work: () => void): void => {
    try {
      work();
      failing.delete(what);
    } catch (error) {
      if (failing.has(what)) return;
      failing.add(what);
      logger.warn(`Stored access tokens cannot be ${what} at the moment; the known ones still work. ${String(error)}`);
    }
  };
  const load = (): void => {
    // Asked before the list: what changes in between is seen the next time.
    const listed = store.version;
    const next = new Map<string, LiveToken>(own === null ? [] : [[DEFAULT_TOKEN_ID, own]]);
    for (const stored of store.list()) {
      if (next.has(stored.id)) continue;
      const known = tokens.get(stored.id);
      const isSame = known?.stored.digest === stored.digest;
      next.set(stored.id, isSame ? { ...known, stored } : createLiveToken(stored, stored.id));
    }
    const ended = [...tokens].filter(([id, { ending }]) => next.get(id)?.ending !== ending);
    tokens = next;
    version = listed;
    for (const [id, token] of ended) {
      uses.forget(id);
      end(token, tokens.has(id) ? 'was replaced' : 'was revoked');
    }
  };
  const refresh = (): void => {
    const known = tokens;
    attempt('read', () => {
      if (store.version !== version) load();
    });
    if (tokens !== known) notify();
  };
  const uses = createUseCounter(() => {
    attempt('written', () => {
      uses.drain((id, requests, lastUsedAt) => {
        // What is not stored is counted here alone.
        if (own !== null && id === DEFAULT_TOKEN_ID) return false;
        store.noteUse(id, requests, lastUsedAt);
        return true;
      });
      load();
    });
    notify();
  });
  const isExpired = ({ stored: { expiresAt } }: LiveToken): boolean => expiresAt !== null && expiresAt <= now();
  const find = (idOrName: string): LiveToken | null => {
    const key = toTokenNameKey(idOrName.trim());
    return (
      tokens.get(idOrName) ?? [...tokens.values()].find(({ stored }) => toTokenNameKey(stored.name) === key) ?? null
    );
  };

  attempt('read', load);
  const poll = setInterval(() => {
    refresh();
    const expired = [...tokens.values()].filter((token) => isExpired(token) && !token.ending.signal.aborted);
    for (const token of expired) end(token, 'has expired');
    if (expired.length > 0) notify();
  }, POLL_MS).unref();

  return {
    list() {
      refresh();
      return [...tokens.values()].map(({ stored }) => uses.addTo(toTokenInfo(stored)));
    },
    async check(token) {
      refresh();
      const digest = sha256(token);
      let match: LiveToken | null = null;
      // All of them, so that the time does not tell which one it is.
      for (const candidate of tokens.values()) if (timingSafeEqual(candidate.digest, digest)) match = candidate;
      if (match === null) return { status: 'unknown' };
      const { id, name } = match.stored;
      if (isExpired(match)) return { status: 'expired', tokenName: name };
      const retryAfterSeconds = await match.takeRequest();
      if (retryAfterSeconds !== null) return { status: 'limited', tokenName: name, retryAfterSeconds };
      uses.note(id, now());
      return { status: 'accepted', client: match.client };
    },
    create(name, limits = {}) {
      const token = generateAccessToken();
      const stored: StoredAccessToken = {
        id: `tok_${randomBytes(6).toString('hex')}`,
        name: checkTokenName(name),
        digest: sha256(token, 'hex'),
        createdAt: now(),
        lastUsedAt: null,
        requestCount: 0,
        ...checkTokenLimits(limits, now()),
      };
      if (!store.add(stored)) {
        throw new GatewayError('conflict', `There is an access token "${stored.name}" already. Choose another name.`);
      }
      load();
      notify();
      return { info: toTokenInfo(stored), token };
    },
    revoke(idOrName) {
      refresh();
      const token = find(idOrName);
      if (token?.stored.id === DEFAULT_TOKEN_ID) {
        throw new GatewayError(
          'invalid_request',
          'The default access token cannot be revoked, only replaced: `portside token rotate`, or the command Portside: Rotate Access Token.',
        );
      }
      if (token === null || !store.remove(token.stored.id)) {
        throw new GatewayError('not_found', `There is no access token "${idOrName}".`);
      }
      const info = uses.addTo(toTokenInfo(token.stored));
      load();
      notify();
      return info;
    },
    compareDefault(token) {
      refresh();
      const known = tokens.get(DEFAULT_TOKEN_ID);
      if (known === undefined) return 'absent';
      return timingSafeEqual(known.digest, sha256(token)) ? 'same' : 'other';
    },
    setDefault(token) {
      const digest = sha256(token, 'hex');
      const known = store.list().find(({ id }) => id === DEFAULT_TOKEN_ID);
      if (known?.digest !== digest) {
        const isThere = store.replaceDigest(DEFAULT_TOKEN_ID, digest, now());
        // Where another process has just added it, this one's comes after.
        if (!isThere && !store.add(toDefaultToken(digest, now()))) {
          store.replaceDigest(DEFAULT_TOKEN_ID, digest, now());
        }
      }
      load();
      notify();
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearInterval(poll);
      uses.close();
      listeners.clear();
    },
  };
};

const end = ({ ending, stored }: LiveToken, what: string): void =>
  ending.abort(new GatewayError('client_token_invalid', `The access token "${stored.name}" ${what}.`));

const toDefaultToken = (digest: string, createdAt: number): StoredAccessToken => ({
  id: DEFAULT_TOKEN_ID,
  name: DEFAULT_TOKEN_ID,
  digest,
  createdAt,
  lastUsedAt: null,
  requestCount: 0,
  expiresAt: null,
  account: null,
  models: null,
  requestsPerMinute: null,
});

const createOwnToken = (token: string, createdAt: number): LiveToken => {
  const digest = sha256(token, 'hex');
  return createLiveToken(toDefaultToken(digest, createdAt), `env:${digest}`);
};
