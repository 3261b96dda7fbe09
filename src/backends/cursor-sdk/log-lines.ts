import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const MAX_LINE_LENGTH = 2_000;

/** Hands on what a process prints, line by line, without Cursor keys and passwords in addresses, and with long lines cut. */
export const logLines = (stream: Readable, log: (line: string) => void): void => {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    if (line.trim() !== '') log(hideSecrets(line).slice(0, MAX_LINE_LENGTH));
  });
};

const hideSecrets = (line: string): string =>
  line.replaceAll(/\b(crsr|key)_\w+/gu, '$1_…').replaceAll(/:\/\/[^\s/@]+@/gu, '://…@');
