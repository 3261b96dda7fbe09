import type { RequestSummary } from '../core/request-activity.ts';
import { createRequestMatcher, isFiltering, NO_FILTER, type RequestFilter } from './request-filter.ts';

/** What changed in a list by one batch. */
export interface RequestListChange {
  /** Rows that were not there before. */
  readonly added: readonly RequestSummary[];
  /** How many listed rows have gone from the top, as there are too many. */
  readonly droppedFromTop: number;
}

/** The requests that the panel knows, and those of them that a filter leaves. */
export interface RequestList {
  readonly size: number;
  readonly running: number;
  readonly filter: RequestFilter;
  /** Ids of the rows that are listed, the newest last. Changes in place. */
  readonly visibleIds: readonly number[];
  find(id: number): RequestSummary | undefined;
  /** The place of a listed row; -1 where it is not listed. */
  indexOf(id: number): number;
  /** The models of all rows, by name. */
  listModels(): readonly string[];
  /** In place of all rows that were there. */
  replace(rows: readonly RequestSummary[]): void;
  /** Adds and changes rows. Costs as much as there are changed rows, however long the list is. */
  change(rows: readonly RequestSummary[]): RequestListChange;
  setFilter(filter: RequestFilter): void;
}

/** Makes an empty list that keeps the newest `maxRows`. `createMatcher` is the filter's check. */
export const createRequestList = ({
  maxRows = 10_000,
  createMatcher = createRequestMatcher,
}: { readonly maxRows?: number; readonly createMatcher?: typeof createRequestMatcher } = {}): RequestList => {
  const rows = new Map<number, RequestSummary>();
  const models = new Map<string, number>();
  let visibleIds: number[] = [];
  let running = 0;
  let filter = NO_FILTER;
  let isListed = createMatcher(filter);

  const count = (row: RequestSummary, step: 1 | -1): void => {
    if (row.outcome === 'running') running += step;
    if (row.model === null) return;
    const left = (models.get(row.model) ?? 0) + step;
    if (left === 0) models.delete(row.model);
    else models.set(row.model, left);
  };

  const put = (row: RequestSummary): RequestSummary | undefined => {
    const previous = rows.get(row.id);
    if (previous !== undefined) count(previous, -1);
    count(row, 1);
    rows.set(row.id, row);
    return previous;
  };

  /** Ids rise with the arrival, so the listed ones are in order: no look at each of them. */
  const place = (id: number): number => {
    let low = 0;
    let high = visibleIds.length;
    const last = visibleIds[high - 1];
    if (last === undefined || last < id) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((visibleIds[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const list = (row: RequestSummary): void => {
    const index = place(row.id);
    const isThere = visibleIds[index] === row.id;
    const shallBeThere = isListed(row);
    if (isThere && !shallBeThere) visibleIds.splice(index, 1);
    else if (!isThere && shallBeThere) visibleIds.splice(index, 0, row.id);
  };

  const dropOldest = (): number => {
    let dropped = 0;
    for (const [id, row] of rows) {
      if (rows.size <= maxRows) break;
      rows.delete(id);
      count(row, -1);
      if (visibleIds[dropped] === id) dropped += 1;
    }
    if (dropped > 0) visibleIds.splice(0, dropped);
    return dropped;
  };

  const listAll = (): void => {
    visibleIds = isFiltering(filter)
      ? [...rows.values()].filter((row) => isListed(row)).map(({ id }) => id)
      : [...rows.keys()];
  };

  return {
    get size() {
      return rows.size;
    },
    get running() {
      return running;
    },
    get filter() {
      return filter;
    },
    get visibleIds() {
      return visibleIds;
    },
    find: (id) => rows.get(id),
    indexOf: (id) => {
      const index = place(id);
      return visibleIds[index] === id ? index : -1;
    },
    listModels: () => [...models.keys()].toSorted(),
    replace: (next) => {
      rows.clear();
      models.clear();
      running = 0;
      for (const row of next.toSorted((a, b) => a.id - b.id).slice(-maxRows)) put(row);
      listAll();
    },
    change: (changed) => {
      const added: RequestSummary[] = [];
      for (const row of changed) {
        if (put(row) === undefined) added.push(row);
        list(row);
      }
      return { added, droppedFromTop: dropOldest() };
    },
    setFilter: (next) => {
      filter = next;
      isListed = createMatcher(next);
      listAll();
    },
  };
};
