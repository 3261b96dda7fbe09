import { format } from 'node:util';
import type { LogFields, Logger } from '../core/logger.ts';

/** Writes log lines to stderr, so that stdout is left to what the command answers. */
export const createConsoleLogger = ({ isVerbose }: { readonly isVerbose: boolean }): Logger => {
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      const rest = Object.entries(fields)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => ` ${name}=${String(value)}`)
        .join('');
      process.stderr.write(format('%s %s %s%s\n', new Date().toISOString(), level, message, rest));
    };
  return { debug: isVerbose ? log('debug') : () => {}, info: log('info'), warn: log('warn'), error: log('error') };
};
