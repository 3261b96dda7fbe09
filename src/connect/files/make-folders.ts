import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The folders that are missing on the way to a file, the outermost first. */
export const findMissingFolders = async (file: string): Promise<readonly string[]> => {
  const missing: string[] = [];
  for (let folder = path.dirname(path.resolve(file)); path.dirname(folder) !== folder; folder = path.dirname(folder)) {
    try {
      await stat(folder);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      missing.unshift(folder);
    }
  }
  return missing;
};

/**
 * Makes the folders that are missing on the way to a file, for their owner alone. Level by level: where a file system knows
 * nothing of making folders, such as `/proc`, Node.js's own recursion never ends.
 */
export const makeFolders = async (file: string): Promise<void> => {
  for (const folder of await findMissingFolders(file)) {
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
};
