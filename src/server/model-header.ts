import type { ServerResponse } from 'node:http';

/**
 * Names the model that answers in `X-Portside-Model`, unless it is the very one that the request named. Ids that a header cannot
 * hold are left out: where Cursor's list cannot be had, they are whatever the request made of them.
 */
export const tellModel = (response: ServerResponse, named: string | null, used: string): void => {
  if (used !== named && /^[\x21-\x7e]{1,256}$/.test(used)) response.setHeader('X-Portside-Model', used);
};
