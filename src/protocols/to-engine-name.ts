import { sha256 } from '../core/digest.ts';

/** As long as {@link ToolDefinition} allows. */
const MAX_LENGTH = 64;
const HASH_LENGTH = 8;

/**
 * The name that the engine has for a tool: `name`, or `namespace__name` for one in a group.
 *
 * Other characters than letters, digits, `_` and `-` become `_`. What is too long keeps its beginning, and a hash of the whole
 * tells it from others that begin alike.
 */
export const toEngineName = (namespace: string | null, name: string): string => {
  const whole = namespace === null ? name : `${namespace}__${name}`;
  const safe = whole.replaceAll(/[^a-zA-Z0-9_-]/gu, '_');
  if (safe.length <= MAX_LENGTH) return safe;
  return `${safe.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}_${sha256(whole, 'hex').slice(0, HASH_LENGTH)}`;
};
