import { describe, expect, it } from 'vitest';
import { createRequestMatcher, isFiltering, NO_FILTER, parseRequestFilter } from '../../../src/panel/request-filter.ts';
import { createRequestList } from '../../../src/panel/request-list.ts';
import { toRow, toRows } from './support.ts';

describe('the list of requests', () => {
  it('has rows by their ids, in whatever order they come', () => {
    const list = createRequestList();
    list.replace([toRow(3), toRow(1)]);
    expect(list.change([toRow(5), toRow(4), toRow(3)]).added.map(({ id }) => id)).toEqual([5, 4]);
    expect(list.visibleIds).toEqual([1, 3, 4, 5]);
    expect([1, 2, 3, 4, 5].map((id) => list.indexOf(id))).toEqual([0, -1, 1, 2, 3]);
  });

  it('lists what fits the filter as rows change', () => {
    const list = createRequestList();
    list.replace([toRow(1, { outcome: 'running' }), toRow(2), toRow(3, { outcome: 'running' })]);
    list.setFilter({ ...NO_FILTER, outcome: 'running' });
    expect(list.visibleIds).toEqual([1, 3]);
    list.change([toRow(1), toRow(4, { outcome: 'running' }), toRow(2, { outcome: 'running' })]);
    expect(list.visibleIds).toEqual([2, 3, 4]);
    expect(list.running).toBe(3);
    list.setFilter(NO_FILTER);
    expect(list.visibleIds).toEqual([1, 2, 3, 4]);
  });

  it('keeps the newest', () => {
    const list = createRequestList({ maxRows: 3 });
    list.replace(toRows(5));
    expect(list.visibleIds).toEqual([3, 4, 5]);
    expect(list.change([toRow(6), toRow(7, { model: 'other' })]).droppedFromTop).toBe(2);
    expect(list.visibleIds).toEqual([5, 6, 7]);
    expect(list.find(4)).toBeUndefined();
    list.setFilter({ ...NO_FILTER, model: 'other' });
    expect(list.change([toRow(8)]).droppedFromTop).toBe(0);
    expect(list.visibleIds).toEqual([7]);
    expect(list.size).toBe(3);
  });

  it('knows the models of its rows', () => {
    const list = createRequestList({ maxRows: 2 });
    list.replace([toRow(1, { model: 'b' }), toRow(2, { model: null })]);
    expect(list.listModels()).toEqual(['b']);
    list.change([toRow(2, { model: 'a' })]);
    expect(list.listModels()).toEqual(['a', 'b']);
    list.change([toRow(3, { model: 'a' })]);
    expect(list.listModels()).toEqual(['a']);
  });

  it('looks at one row where one of ten thousand has changed', () => {
    let looks = 0;
    const list = createRequestList({
      createMatcher: (filter) => {
        const fits = createRequestMatcher(filter);
        return (row) => {
          looks += 1;
          return fits(row);
        };
      },
    });
    list.replace(toRows(10_000));
    list.setFilter({ ...NO_FILTER, text: 'composer' });
    expect(looks).toBe(10_000);
    const before = list.visibleIds;
    looks = 0;
    list.change([toRow(5_000, { status: 500, outcome: 'failed' })]);
    list.change([toRow(10_001)]);
    expect(looks).toBe(2);
    expect(list.visibleIds).toBe(before);
    expect(list.indexOf(5_000)).toBe(4_999 - 1);
  });
});

describe('a filter', () => {
  it.each([
    { kept: undefined, filter: NO_FILTER },
    { kept: 'x', filter: NO_FILTER },
    { kept: { text: 5, outcome: 'odd', model: 1 }, filter: NO_FILTER },
    {
      kept: { text: 'a', outcome: 'failed', model: 'm', more: 1 },
      filter: { text: 'a', outcome: 'failed', model: 'm' },
    },
  ])('is read from $kept', ({ kept, filter }) => {
    expect(parseRequestFilter(kept)).toEqual(filter);
  });

  it.each([
    { filter: NO_FILTER, is: false },
    { filter: { ...NO_FILTER, text: '  ' }, is: false },
    { filter: { ...NO_FILTER, text: 'a' }, is: true },
    { filter: { ...NO_FILTER, outcome: 'failed' as const }, is: true },
    { filter: { ...NO_FILTER, model: 'm' }, is: true },
  ])('$filter leaves something out: $is', ({ filter, is }) => {
    expect(isFiltering(filter)).toBe(is);
  });
});
