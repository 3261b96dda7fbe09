import { describe, expect, it } from 'vitest';
import { toHistory } from '../../../src/panel/history.ts';
import { toRow } from './support.ts';

const MINUTE = 60_000;
const now = 1_000 * MINUTE + 30_000;
const at = (minutesAgo: number, firstDeltaMs: number | null = null) =>
  toRow(1, { startedAt: now - minutesAgo * MINUTE, firstDeltaMs });

describe('the history', () => {
  it('is thirty minutes, the one that runs last', () => {
    const history = toHistory([], now);
    expect(history).toHaveLength(30);
    expect(history.at(-1)).toEqual({ at: 1_000 * MINUTE, requests: 0, firstDeltaMs: null });
    expect(history[0]?.at).toBe(971 * MINUTE);
  });

  it('counts each request in the minute of its arrival', () => {
    const history = toHistory([at(40), at(29), at(1), at(1), at(0.4), at(0)], now);
    expect(history.flatMap(({ requests }, index) => (requests === 0 ? [] : [[index, requests]]))).toEqual([
      [0, 1],
      [28, 2],
      [29, 2],
    ]);
  });

  it.each([
    { values: [null, null], median: null },
    { values: [900, null], median: 900 },
    { values: [900, 100, 10_000], median: 900 },
    { values: [400, 100, 200, 300], median: 250 },
  ])('has the median $median of $values', ({ values, median }) => {
    const rows = values.map((value) => at(0, value));
    expect(toHistory(rows, now).at(-1)?.firstDeltaMs).toBe(median);
  });

  it('looks at no more of a long log than its last half hour', () => {
    let looks = 0;
    const old = toRow(1);
    const rows = Array.from({ length: 10_000 }, () => ({
      ...old,
      get startedAt() {
        looks += 1;
        return now - 60 * MINUTE;
      },
    }));
    toHistory([...rows, at(0)], now);
    expect(looks).toBe(1);
  });

  it('leaves out what a clock set back has put into the future', () => {
    expect(toHistory([at(-5)], now).every(({ requests }) => requests === 0)).toBe(true);
  });
});
