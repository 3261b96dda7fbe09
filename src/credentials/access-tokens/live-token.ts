import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import type { AccessTokenInfo, StoredAccessToken } from '../../core/access-token.ts';
import type { Client } from '../../core/client.ts';
import { DEFAULT_ACCOUNT } from '../../core/credential-source.ts';

/** A token that requests are checked against. */
export interface LiveToken {
  readonly stored: StoredAccessToken;
  readonly digest: Buffer;
  /** What its requests are given. */
  readonly client: Client;
  /** Ends what it has open. */
  readonly ending: AbortController;
  /** Takes one request into account. Gives the seconds until there may be one; `null` where there may be one now. */
  readonly takeRequest: () => Promise<number | null>;
}

/** Readies a stored token; `owner` is whom its sessions belong to. */
export const createLiveToken = (stored: StoredAccessToken, owner: string): LiveToken => {
  const ending = new AbortController();
  const { account, name, models, requestsPerMinute } = stored;
  return {
    stored,
    digest: Buffer.from(stored.digest, 'hex'),
    ending,
    client: {
      owner,
      tokenName: name,
      account: account === null ? DEFAULT_ACCOUNT : { type: 'account', name: account },
      isAccountFixed: account !== null,
      models,
      revocation: ending.signal,
    },
    takeRequest: requestsPerMinute === null ? async () => null : createTake(requestsPerMinute),
  };
};

/** What people see of it. */
export const toTokenInfo = (stored: StoredAccessToken): AccessTokenInfo => {
  const { id, name, createdAt, lastUsedAt, requestCount, expiresAt, account, models, requestsPerMinute } = stored;
  return { id, name, createdAt, lastUsedAt, requestCount, expiresAt, account, models, requestsPerMinute };
};

const createTake = (requestsPerMinute: number): LiveToken['takeRequest'] => {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
  return async () => {
    try {
      await limiter.consume('');
      return null;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    }
  };
};
