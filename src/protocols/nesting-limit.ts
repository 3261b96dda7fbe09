import { GatewayError } from '../core/gateway-error.ts';
import { toParam } from './validation-error.ts';

/**
 * Far above what schemas need. They go to Cursor as protobuf values, two messages a level and more, of which decoders take
 * 100 within one another.
 */
const MAX_LEVELS = 40;

/** @throws GatewayError `invalid_request` where the JSON value at `path` has more than 40 objects and arrays within one another. */
export const refuseDeepNesting = (value: unknown, path: readonly PropertyKey[]): void => {
  // Level by level, as the stack would not do for what is to be refused here.
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_LEVELS) {
      const param = toParam(path);
      throw new GatewayError('invalid_request', `${param}: it is nested more than ${MAX_LEVELS} levels deep.`, {
        param,
      });
    }
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
