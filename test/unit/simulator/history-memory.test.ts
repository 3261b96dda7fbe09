import { expect, test } from 'vitest';
import { createHistoryMemory } from '../../../src/simulator/history-memory.ts';

const id = (value: number): Uint8Array => new Uint8Array([value, 255]);

test.each([
  { maximum: 2, known: [false, true, true] },
  { maximum: 0, known: [false, false, false] },
])('of three turns, the last $maximum are known', ({ maximum, known }) => {
  const memory = createHistoryMemory(maximum);
  for (const turn of [1, 2, 3]) memory.set(id(turn), [{ role: 'user', text: String(turn) }]);
  expect([1, 2, 3].map((turn) => memory.get(id(turn)) !== null)).toEqual(known);
  memory.clear();
  expect([1, 2, 3].map((turn) => memory.get(id(turn)))).toEqual([null, null, null]);
});
