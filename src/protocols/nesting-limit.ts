import { GatewayError } from '../core/gateway-error.ts';
import { toParam } from './validation-error.ts';

/**
 * Far above what schemas need. They go to Cursor as protobuf values, two messages a level and more, of which decoders take
 * 100 within one another.
 */
const MAX_SCHEMA_LEVELS = 40;

/**
 * Refuses a JSON value that has too many objects and arrays within one another: what goes through it by recursion, as
 * `JSON.stringify` does, would run out of stack.
 *
 * @param path Where the value is in the body; empty for the body itself.
 * @param maxLevels As many as a schema may have, where it is left out.
 * @throws GatewayError `invalid_request` that names the limit
 */
export const refuseDeepNesting = (
  value: unknown,
  path: readonly PropertyKey[],
  maxLevels: number = MAX_SCHEMA_LEVELS,
): void => {
  // Level by level, as the stack would not do for what is to be refused here.
  let level: readonly object[] = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxLevels) {
      const param = toParam(path);
      throw new GatewayError(
        'invalid_request',
        `${param === '' ? 'The body' : param}: it is nested more than ${maxLevels} levels deep.`,
        { param: param === '' ? null : param },
      );
    }
    level = listContainersWithin(level);
  }
};

/** In one loop that makes no arrays of arrays, as a body may have a million values. */
const listContainersWithin = (level: readonly object[]): readonly object[] => {
  const within: object[] = [];
  for (const container of level) {
    for (const value of Array.isArray(container) ? container : Object.values(container)) {
      if (isContainer(value)) within.push(value);
    }
  }
  return within;
};

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
