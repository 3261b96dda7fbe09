import type { LogFields, Logger } from '../../../src/core/logger.ts';

/** Writes what a part beside the one under test has to say, one line each, so that a failure can be explained. */
export const createLineLogger = (write: (line: string) => void): Logger => {
  const writeLevel =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      write(`[${level}] ${message} ${JSON.stringify(fields)}\n`);
  return {
    debug: writeLevel('debug'),
    info: writeLevel('info'),
    warn: writeLevel('warn'),
    error: writeLevel('error'),
  };
};
