import { setTimeout as delay } from 'node:timers/promises';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { Logger } from '../../core/logger.ts';
import type { PreparedLogFile } from './prepare-log-file.ts';

export interface LineFileOptions extends PreparedLogFile {
  /** Absolute. */
  readonly file: string;
  /** From this size on, the file is renamed to `….1` and a new one begun. */
  readonly maxBytes: number;
  /** How many renamed ones are kept: `….1` is the newest. */
  readonly keptFiles: number;
  readonly logger: Logger;
  readonly timing?: Partial<LineFileTiming>;
  /** What may wait for the disk before further lines are left out. */
  readonly maxQueuedBytes?: number;
}

/** In milliseconds. */
export interface LineFileTiming {
  /** How long a file that has failed is left alone. */
  readonly retryMs: number;
  /** How long {@link LineFile.close} waits for the disk. */
  readonly closeMs: number;
}

/** A file that lines are added to, and that is renamed when it is full. */
export interface LineFile {
  /** Adds a line, which holds no line break. Neither waits nor throws: what cannot be written is left out and counted. */
  write(line: string): void;
  /** Writes what is waiting, within a set time. Nothing is added from then on. */
  close(): Promise<void>;
}

const MAX_QUEUED_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMING: LineFileTiming = { retryMs: 10_000, closeMs: 300 };

export const openLineFile = (options: LineFileOptions): LineFile => {
  const { file, maxBytes, keptFiles, logger, maxQueuedBytes = MAX_QUEUED_BYTES } = options;
  const { retryMs, closeMs } = { ...DEFAULT_TIMING, ...options.timing };
  let stream: RotatingFileStream | null = null;
  let mayOpenAt = 0;
  let isMidLine = options.endsMidLine;
  /** Lines that were left out since the last trouble began, which is told of when it begins and when it is over. */
  let missing = 0;
  let isTroubled = false;
  let isClosed = false;

  const noteTrouble = (what: string): void => {
    if (!isTroubled) logger.error(`${what} Requests are answered all the same; their lines are left out.`, { file });
    isTroubled = true;
  };
  const noteWritten = (): void => {
    if (!isTroubled || (stream?.writableLength ?? 0) > 0) return;
    logger.warn('The access log is written again.', { file, missingLines: missing });
    missing = 0;
    isTroubled = false;
  };
  const open = (): RotatingFileStream => {
    const opened = createStream(file, { size: `${maxBytes}B`, rotate: keptFiles, mode: 0o600 });
    opened.on('error', (error) => {
      noteTrouble(`The access log cannot be written: ${error.message}.`);
      // It may have written a part of a line.
      isMidLine = true;
      mayOpenAt = performance.now() + retryMs;
      stream = null;
    });
    return opened;
  };

  return {
    write(line) {
      if (isClosed || (stream === null && performance.now() < mayOpenAt)) {
        missing += 1;
        return;
      }
      stream ??= open();
      if (stream.writableLength > maxQueuedBytes) {
        missing += 1;
        noteTrouble('The disk does not keep up with the access log.');
        return;
      }
      const start = isMidLine ? '\n' : '';
      isMidLine = false;
      stream.write(`${start}${line}\n`, (error) => {
        if (error instanceof Error) missing += 1;
        // Once the stream has counted the line as written.
        else setImmediate(noteWritten);
      });
    },
    async close() {
      isClosed = true;
      const closing = stream;
      if (closing !== null) {
        const impatience = new AbortController();
        const ended = new Promise<void>((resolve) => {
          closing.once('error', () => resolve());
          closing.end(resolve);
        });
        await Promise.race([ended, delay(closeMs, null, { signal: impatience.signal }).catch(() => null)]);
        impatience.abort();
        if (closing.writableLength > 0) noteTrouble('The access log could not be written to its end.');
      }
      if (missing > 0) logger.warn('Lines are missing in the access log.', { file, missingLines: missing });
    },
  };
};
