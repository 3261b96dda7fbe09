import type * as connectMain from '../../connect/main.ts';
import { GatewayError } from '../../core/gateway-error.ts';

/** Does work with the room of tools, which is a file of its own: other commands do not load it. */
export const withConnect = async <T>(work: (connect: typeof connectMain) => Promise<T>): Promise<T> => {
  const connect = await import('../../connect/main.ts');
  try {
    return await work(connect);
  } catch (error) {
    // What that file throws is of a class of its own.
    if (error instanceof Error && error.name === 'GatewayError' && error instanceof connect.GatewayError) {
      throw GatewayError.fromFailure(error.toFailure());
    }
    throw error;
  }
};
