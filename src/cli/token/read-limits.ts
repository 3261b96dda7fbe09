import type { AccessTokenLimits } from '../../core/access-token.ts';
import { UsageError } from '../usage-error.ts';
import { readExpiry } from './read-expiry.ts';

/** The flags of `portside token create`, as commander gives them. */
export interface CreateFlags {
  readonly json?: boolean;
  readonly expires?: string;
  readonly account?: string;
  readonly models?: string;
  readonly requestsPerMinute?: string;
}

/** What a token is to be limited to. @throws UsageError that names the flag at fault */
export const readLimits = (flags: CreateFlags, now: number): AccessTokenLimits => ({
  expiresAt: flags.expires === undefined ? null : readExpiry(flags.expires, now),
  account: flags.account ?? null,
  models: flags.models === undefined ? null : flags.models.split(','),
  requestsPerMinute: flags.requestsPerMinute === undefined ? null : readRate(flags.requestsPerMinute),
});

const readRate = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--requests-per-minute takes a whole number from 1, not "${text}".`);
};
