/** The settings whose values are words of ours or of Cursor's: they tell nothing of anybody. */
const PLAIN_TEXTS = new Set(['defaultModel', 'defaultReasoningEffort']);

const PLAIN_HOSTS = new Set(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::']);

/** A setting's value as a report may tell it: not which path, host or address it is. Pure. */
export const describeSetting = (name: string, value: unknown): string => {
  if (typeof value === 'boolean' || typeof value === 'number' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`;
  if (typeof value !== 'string') return `(${typeof value})`;
  if (value === '') return '(empty)';
  if (PLAIN_TEXTS.has(name) || (name === 'host' && PLAIN_HOSTS.has(value))) return value;
  return '(set)';
};
