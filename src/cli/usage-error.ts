import { GatewayError } from '../core/gateway-error.ts';

/** A mistake of the person at the keyboard: said in a sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Takes what a check of the user's input says for a mistake of the user's. */
export const toUsageError = async <T>(check: () => T | Promise<T>): Promise<T> => {
  try {
    return await check();
  } catch (error) {
    throw error instanceof GatewayError ? new UsageError(error.message, { cause: error }) : error;
  }
};
