import type { LogFields, Logger } from '../core/logger.ts';

/** Writes log lines to stderr, so that stdout is left to what the command answers. */
export const createConsoleLogger = ({ isVerbose }: { readonly isVerbose: boolean }): Logger => {
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      const rest = Object.entries(fields)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => ` ${name}=${quote(String(value))}`)
        .join('');
      process.stderr.write(toHarmless(`${new Date().toISOString()} ${level} ${message}${rest}\n`));
    };
  return { debug: isVerbose ? log('debug') : () => {}, info: log('info'), warn: log('warn'), error: log('error') };
};

/** A value that could be read as more than one, as none or as a line of its own, in quotation marks. */
const quote = (value: string): string => (/^[^\s"'\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value));

/** What terminals obey, in place of being obeyed. */
const toHarmless = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\n\t]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
