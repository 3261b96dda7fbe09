import { describe, expect, it } from 'vitest';
import { formatLogLine } from '../../../src/extension/log-output.ts';

describe('log line', () => {
  it.each([
    [{}, 'Started.'],
    [{ port: 1, isLocal: true, reason: null }, 'Started. port=1 isLocal=true reason=null'],
    [{ model: undefined, path: '/v1' }, 'Started. path=/v1'],
    [{ reason: 'it "broke" off' }, String.raw`Started. reason="it \"broke\" off"`],
    [{ reason: 'two\nlines' }, String.raw`Started. reason="two\nlines"`],
  ])('%j', (fields, line) => {
    expect(formatLogLine('Started.', fields)).toBe(line);
  });
});
