import type { Request } from 'express';

/**
 * The client's own name for the session that a request belongs to; `null` where it tells none. OpenCode sends
 * `x-session-affinity` to providers, and `x-opencode-session` to its own.
 */
export const readAffinity = (request: Pick<Request, 'get'>): string | null => {
  const names = ['x-session-affinity', 'x-opencode-session'].map((header) => request.get(header)?.trim() ?? '');
  return names.find((name) => name !== '' && name.length <= 256) ?? null;
};
