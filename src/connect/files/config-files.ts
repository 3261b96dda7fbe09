import { access, chmod, constants, open, readlink, rm, rmdir, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { explained } from './explain-file-error.ts';
import { findMissingFolders, makeFolders } from './make-folders.ts';

/** Symbolic links that lead to each other must come to an end. */
const MOST_LINKS = 40;

/** The whole text of a file; `null` where there is none. @throws GatewayError that names it where it cannot be read */
export const readConfigFile = async (file: string): Promise<string | null> =>
  await explained(file, 'read', async () => {
    if ((await statRegular(file)) === null) return null;
    // Should a pipe have come into its place by now, nobody waits for its other end.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      checkRegular(await handle.stat());
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await handle.readFile());
    } catch (error) {
      if (hasCode(error, 'ERR_ENCODING_INVALID_ENCODED_DATA'))
        throw new Error('it is not UTF-8 text', { cause: error });
      throw error;
    } finally {
      await handle.close();
    }
  });

/**
 * Says early what {@link writeConfigFile} would refuse: who has taken the right to write from a file wants it to stay.
 *
 * @throws GatewayError that names the file
 */
export const checkWritable = async (file: string): Promise<void> => {
  await explained(file, 'written', async () => await statWritable(await followLinks(file)));
};

/** The folders that writing a file will make, the outermost first. */
export const foldersToMake = async (file: string): Promise<readonly string[]> =>
  await explained(file, 'written', async () => await findMissingFolders(await followLinks(file)));

/**
 * Writes a file whole or not at all. It keeps its mode, and a new one is its owner's alone; a symbolic link stays one, and the
 * file that it leads to is written.
 *
 * @throws GatewayError that names it where it cannot be written
 */
export const writeConfigFile = async (file: string, text: string): Promise<void> => {
  await explained(file, 'written', async () => {
    const target = await followLinks(file);
    const mode = await statWritable(target);
    await makeFolders(target);
    await writeFileAtomic(target, text, mode === null ? { mode: 0o600 } : {});
    // Where the process keeps things from others by its umask, the file that was there has its own mode all the same.
    if (mode !== null && process.platform !== 'win32') await chmod(target, mode);
  });
};

/**
 * Deletes a file, where there is one; of a symbolic link, the file that it leads to. Of `folders`, the outermost first, those go
 * too that are empty then.
 */
export const removeConfigFile = async (file: string, folders: readonly string[] = []): Promise<void> => {
  await explained(file, 'deleted', async () => {
    const target = await followLinks(file);
    await statWritable(target);
    await rm(target, { force: true });
  });
  for (const folder of folders.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      // Something else has come into it, or it is gone.
      return;
    }
  }
};

/** Also where the last link leads to a file that does not exist yet. */
const followLinks = async (file: string): Promise<string> => {
  let target = file;
  for (let count = 0; count < MOST_LINKS; count += 1) {
    try {
      target = path.resolve(path.dirname(target), await readlink(target));
    } catch {
      return target;
    }
  }
  throw new Error('its symbolic links lead in a circle');
};

const statRegular = async (file: string): Promise<Stats | null> => {
  try {
    const stats = await stat(file);
    checkRegular(stats);
    return stats;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/** The mode of a file; `null` where there is none. */
const statWritable = async (file: string): Promise<number | null> => {
  const stats = await statRegular(file);
  if (stats === null) return null;
  // An administrator may write everything, and means no more by it than others.
  const isProtected = (stats.mode & 0o222) === 0;
  if (isProtected || !(await mayWrite(file))) throw new Error('it is write-protected. Make it writable first');
  return stats.mode & 0o7777;
};

const mayWrite = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.W_OK);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    return false;
  }
};

const checkRegular = (stats: Stats): void => {
  if (stats.isDirectory()) throw new Error('it is a folder');
  if (!stats.isFile()) throw new Error('it is no regular file');
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
