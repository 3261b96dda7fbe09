import type { IncomingMessage } from 'node:http';

/** Whose API a request is of: in its form errors are told. */
export type Wire = 'openai' | 'anthropic' | 'ollama';

/** Whose API a request is of: by its path, and where two have the same, by the header that Anthropic's clients send. */
export const wireOf = ({ path, headers }: Pick<IncomingMessage, 'headers'> & { readonly path: string }): Wire => {
  if (/^\/api\//i.test(path)) return 'ollama';
  if (/^\/v1\/messages(?:\/|$)/i.test(path)) return 'anthropic';
  return /^\/v1\/models(?:\/|$)/i.test(path) && headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai';
};
