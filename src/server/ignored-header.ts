import type { ServerResponse } from 'node:http';
import { listUnread } from '../protocols/list-unread.ts';

/** Names the request fields that had no effect in `X-Portside-Ignored`; names that a header cannot hold are left out. */
export const setIgnoredHeader = (response: ServerResponse, fields: readonly string[]): void => {
  const names = fields.filter((field) => /^[\w.[\]-]{1,64}$/.test(field)).slice(0, 50);
  if (names.length > 0) response.setHeader('X-Portside-Ignored', names.join(', '));
};

/** The same for the fields of a query, of which lists are written `include[]`. */
export const setIgnoredQueryHeader = (
  response: ServerResponse,
  query: Readonly<Record<string, unknown>>,
  read: readonly string[],
): void => {
  setIgnoredHeader(
    response,
    listUnread(query, read).map((name) => name.replace(/\[\]$/, '')),
  );
};
