/**
 * How many objects and arrays a body may have within one another, unknown fields included: far more than any client's has, and far
 * fewer than `JSON.stringify` can write, which stored items and repeated fields go through.
 */
export const MAX_BODY_LEVELS = 100;
