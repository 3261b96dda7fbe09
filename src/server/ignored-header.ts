import type { ServerResponse } from 'node:http';

/** Names the request fields that had no effect in `X-Portside-Ignored`; names that a header cannot hold are left out. */
export const setIgnoredHeader = (response: ServerResponse, fields: readonly string[]): void => {
  const names = fields.filter((field) => /^[\w.[\]-]{1,64}$/.test(field)).slice(0, 50);
  if (names.length > 0) response.setHeader('X-Portside-Ignored', names.join(', '));
};
