/** A mistake of the person at the keyboard: said in a sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Takes what a check of the user's input says for a mistake of the user's. */
export const toUsageError = async <T>(check: () => T | Promise<T>): Promise<T> => {
  try {
    return await check();
  } catch (error) {
    // By name, since what the simulator's own bundle throws is of another class.
    throw error instanceof Error && error.name === 'GatewayError'
      ? new UsageError(error.message, { cause: error })
      : error;
  }
};
