import type { Page, PageRequest } from './answer-store.ts';

/** The part that is asked for of entries that are there oldest first; `null` where none has the id in `after`. */
export const takePage = <Entry extends { readonly id?: unknown }>(
  entries: readonly Entry[],
  { after, limit, order }: PageRequest,
): Page<Entry> | null => {
  // Of several with one id, the oldest counts.
  const last = after === null ? null : entries.findIndex(({ id }) => id === after);
  if (last === -1) return null;
  const rest =
    order === 'asc' ? entries.slice(last === null ? 0 : last + 1) : entries.slice(0, last ?? undefined).toReversed();
  return { items: rest.slice(0, limit), hasMore: rest.length > limit };
};
