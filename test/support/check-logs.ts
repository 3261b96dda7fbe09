import { afterEach, expect } from 'vitest';
import { takeLeaks } from './memory-logger.ts';

afterEach(() => {
  expect(takeLeaks(), 'secrets in a log').toEqual([]);
});
