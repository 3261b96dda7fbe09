import { describe, expect, it } from 'vitest';
import { checkCursorApiKey } from '../../../src/extension/cursor-api-key-input.ts';
import { english } from './english.ts';

describe('a typed Cursor API key', () => {
  it.each([
    ['crsr_0123abcd', null],
    ['  crsr_0123abcd\t', null],
    ['key_0123abcd', 'warning'],
    ['', 'error'],
    ['   ', 'error'],
    ['crsr_01 23', 'error'],
    ['crsr_01\u200b23', 'error'],
  ])('%j: %s', (input, severity) => {
    expect(checkCursorApiKey(input, english)?.severity ?? null).toBe(severity);
  });
});
