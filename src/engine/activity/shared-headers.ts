import { LRUCache } from 'lru-cache';
import type { ShownHeader } from '../../core/request-activity.ts';

/** More than clients send of those that are the same each time. */
const MAX_HEADERS = 500;

/** Headers that are kept for long: those which many requests have, word for word, are kept once. */
export const createSharedHeaders = (): ((headers: readonly ShownHeader[]) => readonly ShownHeader[]) => {
  const known = new LRUCache<string, ShownHeader>({ max: MAX_HEADERS });
  const share = (header: ShownHeader): ShownHeader => {
    const key = `${header[0]}\n${header[1] ?? ''}\n${header[1] === null}`;
    const same = known.get(key);
    if (same === undefined) known.set(key, header);
    return same ?? header;
  };
  return (headers) => headers.map(share);
};
