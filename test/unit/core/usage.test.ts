import { expect, test } from 'vitest';
import { addUsage, subtractUsage, type Usage } from '../../../src/core/usage.ts';

const usage = (inputTokens: number, outputTokens: number, isEstimated?: true): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 10,
  cacheWriteTokens: 1,
  reasoningTokens: 2,
  ...(isEstimated && { isEstimated }),
});

test('usages are added, and estimated where one of them is', () => {
  const sum = { inputTokens: 4, outputTokens: 6, cacheReadTokens: 20, cacheWriteTokens: 2, reasoningTokens: 4 };
  expect(addUsage(usage(1, 2), usage(3, 4))).toEqual(sum);
  expect(addUsage(usage(1, 2), usage(3, 4, true))).toEqual({ ...sum, isEstimated: true });
  expect(addUsage(usage(1, 2), null)).toEqual(usage(1, 2));
  expect(addUsage(null, usage(1, 2))).toEqual(usage(1, 2));
  expect(addUsage(null, null)).toBeNull();
});

test('what was told before is taken off, down to nothing', () => {
  expect(subtractUsage(usage(5, 1), usage(3, 4))).toEqual({
    inputTokens: 2,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  });
});

test.each([
  ['input', 100, [10, 3000, 20], [0, 2930, 0]],
  ['input and written', 25, [10, 3000, 20], [0, 3000, 5]],
  ['no more than there is', 5000, [10, 3000, 20], [0, 0, 0]],
])('what was told of the prompt comes off %s', (_name, told, [input, read, written], rest) => {
  const total = { ...usage(input ?? 0, 9), cacheReadTokens: read ?? 0, cacheWriteTokens: written ?? 0 };
  const part = { inputTokens: told, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
  const left = subtractUsage(total, part);
  expect([left.inputTokens, left.cacheReadTokens, left.cacheWriteTokens]).toEqual(rest);
});
