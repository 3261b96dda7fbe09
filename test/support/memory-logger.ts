import type { LogFields, Logger } from '../../src/core/logger.ts';
import { findSecrets } from './secrets.ts';

/** What was logged in this test file and should not have been. */
const leaks: string[] = [];

/** Keeps log lines for a test to look at. Nothing secret may be in them, whatever the test is about. */
export const createMemoryLogger = (): Logger & { readonly lines: readonly string[] } => {
  const lines: string[] = [];
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      const line = `${level} ${message} ${JSON.stringify(fields)}`;
      lines.push(line);
      leaks.push(...findSecrets(line));
    };
  return { lines, debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
};

/** The secrets that were logged since the last call. */
export const takeLeaks = (): readonly string[] => leaks.splice(0);
