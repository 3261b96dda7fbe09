import { describe, expect, test } from 'vitest';
import list from '../../../src/protocols/prices/cursor-prices.json' with { type: 'json' };
import { findPrice } from '../../../src/protocols/prices/find-price.ts';
import { toCost } from '../../../src/protocols/prices/model-price.ts';

const select = (id: string, parameters: Record<string, string> = {}) => ({
  id,
  parameters: Object.entries(parameters).map(([parameter, value]) => ({ id: parameter, value })),
});

describe('findPrice', () => {
  test.each<[id: string, parameters: Record<string, string>, input: number | null]>([
    ['composer-2.5', {}, 0.5],
    ['composer-2.5', { fast: 'false' }, 0.5],
    ['composer-2.5', { fast: 'true' }, 3],
    ['composer-2.5-fast', {}, 3],
    ['claude-sonnet-4.5', { thinking: 'true' }, 3],
    ['claude-4.5-sonnet', {}, 3],
    ['claude-opus-4-8', {}, 5],
    ['Claude-Opus-4.8', {}, 5],
    ['claude-opus-4-8', { fast: 'true' }, null],
    ['gpt-5-fast', {}, 2.5],
    ['made-up', {}, null],
    ['composer', {}, null],
    ['constructor', {}, null],
  ])('%s %j', (id, parameters, input) => {
    expect(findPrice(select(id, parameters))?.input ?? null).toBe(input);
  });
});

test.each<[usage: [number, number, number, number], cacheWrite: number | null, cost: number]>([
  [[1_000_000, 0, 0, 0], null, 2],
  [[0, 1_000_000, 0, 0], null, 10],
  [[0, 0, 1_000_000, 0], null, 0.2],
  [[0, 0, 0, 1_000_000], 2.5, 2.5],
  [[0, 0, 0, 1_000_000], null, 2],
  [[1, 1, 1, 1], 2.5, 0.0000147],
  [[0, 0, 0, 0], null, 0],
])(
  'the cost of %j, with cache writes at %j',
  ([inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens], cacheWrite, cost) => {
    const usage = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens: 1_000_000 };
    expect(toCost({ input: 2, output: 10, cacheRead: 0.2, cacheWrite }, usage)).toBe(cost);
  },
);

test('the list names its source and its dates, each model once, and no price that cannot be', () => {
  expect(list.source).toMatch(/^https:\/\/cursor\.com\//);
  const ids = list.models.flatMap((entry) => entry.ids.map((id) => id.replaceAll('.', '-')));
  expect(new Set(ids).size).toBe(ids.length);
  for (const entry of list.models) {
    expect(entry.date).toMatch(/^2026-\d\d-\d\d$/);
    expect(entry.date <= list.date).toBe(true);
    for (const price of [entry, ...(entry.fast === null ? [] : [entry.fast])]) {
      expect(price.cacheRead).toBeGreaterThan(0);
      expect(price.cacheRead).toBeLessThan(price.input);
      expect(price.output).toBeGreaterThan(price.input);
      expect(price.cacheWrite ?? price.input).toBeGreaterThanOrEqual(price.input);
    }
  }
});
