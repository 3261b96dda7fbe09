import { afterAll, afterEach, expect } from 'vitest';
import { takeLeaks } from './memory-logger.ts';

const expectNoLeaks = (): void => {
  expect(takeLeaks(), 'secrets in a log').toEqual([]);
};

afterEach(expectNoLeaks);
// What the last test of a file logs when it lets go of what it has started.
afterAll(expectNoLeaks);
