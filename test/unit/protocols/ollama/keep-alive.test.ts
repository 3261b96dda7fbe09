import { expect, test } from 'vitest';
import { decodeKeepAlive, keepAliveSchema } from '../../../../src/protocols/ollama/keep-alive.ts';

const HUNDRED_YEARS_MS = 100 * 365 * 86_400_000;

test.each<[unknown, number | null]>([
  [undefined, null],
  [null, null],
  ['', null],
  [0, 0],
  ['0', 0],
  ['0s', 0],
  [300, 300_000],
  ['300', 300_000],
  [0.5, 500],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['250ms', 250],
  ['1000us', 1],
  ['1000µs', 1],
  ['1000000ns', 1],
  ['+1s', 1000],
  [-1, HUNDRED_YEARS_MS],
  ['-1', HUNDRED_YEARS_MS],
  ['-1m', HUNDRED_YEARS_MS],
  ['9999999h', HUNDRED_YEARS_MS],
])('%j is read as %j ms', (sent, milliseconds) => {
  expect(decodeKeepAlive(keepAliveSchema.parse(sent))).toBe(milliseconds);
});

test.each(['soon', '5 m', '5d', 'm', '1h-1m', true, {}])('%j is refused', (sent) => {
  expect(keepAliveSchema.safeParse(sent).success).toBe(false);
});
