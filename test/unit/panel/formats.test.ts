import { describe, expect, it } from 'vitest';
import { createFormats, toDayTokens, toPromptTokens } from '../../../src/panel/formats.ts';

const formats = createFormats('en-US');

describe('what people read', () => {
  it.each([
    [0, '0ms'],
    [-5, '0ms'],
    [7.4, '7ms'],
    [999.4, '999ms'],
    [999.6, '1s'],
    [1_240, '1.2s'],
    [59_940, '59.9s'],
    [59_960, '1m 0s'],
    [125_000, '2m 5s'],
    [3_725_000, '62m 5s'],
  ])('%d ms are %s', (durationMs, text) => {
    expect(formats.duration(durationMs)).toBe(text);
  });

  it.each([
    [0, '$0.00'],
    [0.00004, '$0.00'],
    [0.0123, '$0.0123'],
    [0.05, '$0.05'],
    [0.1234, '$0.12'],
    [1_234.5, '$1,234.50'],
  ])('%d dollars are %s', (costUsd, text) => {
    expect(formats.cost(costUsd)).toBe(text);
  });

  it('numbers are whole or short', () => {
    expect(formats.count(1_234_567)).toBe('1,234,567');
    expect(formats.compact(1_234_567)).toBe('1.2M');
    expect(formats.compact(340)).toBe('340');
  });

  it('times have twenty-four hours', () => {
    const at = new Date(2026, 10, 22, 23, 5, 9).getTime();
    expect(formats.time(at)).toBe('23:05:09');
    expect(formats.minute(at)).toBe('23:05');
    expect(formats.time(new Date(2026, 10, 22, 0, 5, 9).getTime())).toBe('00:05:09');
  });

  it('words are those of the language', () => {
    expect(createFormats('zh-cn').duration(1_200)).toBe('1.2秒');
  });

  it('tokens count caches in', () => {
    expect(
      toPromptTokens({ inputTokens: 1, outputTokens: 10, cacheReadTokens: 2, cacheWriteTokens: 4, reasoningTokens: 8 }),
    ).toBe(7);
    expect(toDayTokens({ requests: 1, inputTokens: 5, outputTokens: 6, costUsd: 0 })).toBe(11);
  });
});
