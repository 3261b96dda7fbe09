import { statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from './read-environment.ts';
import { UsageError } from './usage-error.ts';

/**
 * The folder of the command's own files, as an absolute path: `PORTSIDE_HOME`, or `.portside` in the user's home.
 *
 * @throws UsageError where no folder can be made there
 */
export const readHome = (environment: Environment): string => {
  const home = path.resolve(environment['PORTSIDE_HOME'] || path.join(homedir(), '.portside'));
  if (isInProcesses(home)) {
    throw new UsageError(`No files can be kept in ${home}. Set PORTSIDE_HOME to a folder on a disk.`);
  }
  return home;
};

/** https://man7.org/linux/man-pages/man2/statfs.2.html: PROC_SUPER_MAGIC. */
const PROCESSES = 0x9fa0;

/** Whether a path is in `/proc`, where making a folder with its parents never ends in Node.js. */
const isInProcesses = (folder: string): boolean => {
  if (process.platform !== 'linux') return false;
  for (let place = folder; ; place = path.dirname(place)) {
    try {
      return statfsSync(place).type === PROCESSES;
    } catch {
      if (path.dirname(place) === place) return false;
    }
  }
};
