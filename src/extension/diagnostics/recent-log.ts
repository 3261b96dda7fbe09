import type { LogFields, Logger } from '../../core/logger.ts';
import { formatLogLine } from '../log-output.ts';

const MAX_LINES = 50;

/** Passes log lines on and keeps the last ones, for a report. Lines for debugging alone are not kept. */
export const keepRecentLog = (
  logger: Logger,
  now: () => number = Date.now,
): { readonly logger: Logger; readonly recentLines: () => readonly string[] } => {
  const lines: string[] = [];
  const keep =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields?: LogFields): void => {
      lines.push(`${new Date(now()).toISOString()} [${level}] ${formatLogLine(message, fields)}`);
      if (lines.length > MAX_LINES) lines.shift();
      logger[level](message, fields);
    };
  return {
    logger: {
      debug: (message, fields) => logger.debug(message, fields),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
    },
    recentLines: () => [...lines],
  };
};
