import { expect, test } from 'vitest';
import { estimateUsage } from '../../../../src/engine/output/estimate-usage.ts';

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
