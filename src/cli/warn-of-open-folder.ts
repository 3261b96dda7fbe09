import { statSync } from 'node:fs';
import type { Logger } from '../core/logger.ts';

const WRITABLE_BY_OTHERS = 0o022;

/** Warns where other users may change what is in a folder: they could replace its secrets. Folders made here are not like that. */
export const warnOfOpenFolder = (folder: string, logger: Logger): void => {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  // Windows has no such modes.
  if (process.platform === 'win32' || (mode & WRITABLE_BY_OTHERS) === 0) return;
  logger.warn(
    `Other users may write to ${folder}, where Portside keeps tokens and keys. Close it: chmod 700 ${folder}`,
  );
};
