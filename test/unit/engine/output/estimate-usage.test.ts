import { expect, test } from 'vitest';
import type { Usage } from '../../../../src/core/usage.ts';
import { addUsage, estimateUsage, subtractUsage } from '../../../../src/engine/output/estimate-usage.ts';

const usage = (inputTokens: number, outputTokens: number, isEstimated?: true): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 10,
  cacheWriteTokens: 1,
  reasoningTokens: 2,
  ...(isEstimated && { isEstimated }),
});

test('a quarter of the characters is estimated', () => {
  expect(estimateUsage({ inputCharacters: 9, outputCharacters: 4, reasoningCharacters: 5 })).toEqual({
    inputTokens: 3,
    outputTokens: 3,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 2,
    isEstimated: true,
  });
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
