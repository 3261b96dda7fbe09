import type { LogOutputChannel } from 'vscode';
import type { LogFields, Logger } from '../core/logger.ts';

/** Writes fields after the message as `name=value`, leaving out those without a value. */
export const formatLogLine = (message: string, fields: LogFields = {}): string => {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => `${name}=${typeof value === 'string' && /[\s"=]/.test(value) ? JSON.stringify(value) : value}`,
    );
  return [message, ...parts].join(' ');
};

/** Makes an output channel the destination of the core's log lines; the channel has the log level. */
export const createLogOutput = (channel: Pick<LogOutputChannel, keyof Logger>): Logger => ({
  debug: (message, fields) => channel.debug(formatLogLine(message, fields)),
  info: (message, fields) => channel.info(formatLogLine(message, fields)),
  warn: (message, fields) => channel.warn(formatLogLine(message, fields)),
  error: (message, fields) => channel.error(formatLogLine(message, fields)),
});
