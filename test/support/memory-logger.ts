import type { LogFields, Logger } from '../../src/core/logger.ts';

/** Keeps log lines for a test to look at. */
export const createMemoryLogger = (): Logger & { readonly lines: readonly string[] } => {
  const lines: string[] = [];
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
  return { lines, debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
};
