import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js';
import { GatewayError } from '../../core/gateway-error.ts';
import { toAddressKey } from './address-key.ts';

/** Counts failed authentications by address. */
export interface FailureLimit {
  /** Counts one. @throws GatewayError where there were too many */
  note(address: string): Promise<void>;
  /** Whether the next one will be one too many. */
  isReached(address: string): Promise<boolean>;
}

const FAILURES_PER_MINUTE = 60;

/** Guessing is hopeless at any rate; this keeps a flood from costing more than its answers, and says so to whoever causes it. */
export const createFailureLimit = (): FailureLimit => {
  const limiter = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });
  return {
    async note(address) {
      try {
        await limiter.consume(toAddressKey(address));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw new GatewayError(
          'too_many_failed_authentications',
          'Too many wrong access tokens came from this address. Set the right one: it is accepted at any time.',
          { retryAfterSeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) },
        );
      }
    },
    async isReached(address) {
      const state = await limiter.get(toAddressKey(address));
      return state !== null && state.consumedPoints >= FAILURES_PER_MINUTE;
    },
  };
};
