import { expect, test } from 'vitest';
import { readEnvironmentKey } from '../../../../src/credentials/accounts/environment-key.ts';

test.each([
  [{}, null],
  [{ CURSOR_API_KEY: ' ' }, null],
  [{ CURSOR_API_KEY: ' crsr_1\n' }, 'crsr_1'],
  [{ CURSORPIPE_API_KEY: 'crsr_2' }, 'crsr_2'],
  [{ CURSOR_API_KEY: 'crsr_1', CURSORPIPE_API_KEY: 'crsr_2' }, 'crsr_1'],
  [{ CURSOR_API_KEY: ' ', CURSORPIPE_API_KEY: 'crsr_2' }, 'crsr_2'],
])('%j holds the key %j', (environment, key) => {
  expect(readEnvironmentKey(environment)).toBe(key);
});
