import { chmod, mkdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { GatewayError } from '../../core/gateway-error.ts';

/** Symbolic links that lead to each other must come to an end. */
const MOST_LINKS = 40;

/** The whole text of a file; `null` where there is none. @throws GatewayError that names it where it cannot be read */
export const readConfigFile = async (file: string): Promise<string | null> =>
  await explained(file, 'read', async () => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null;
      if (hasCode(error, 'ERR_ENCODING_INVALID_ENCODED_DATA'))
        throw new Error('it is not UTF-8 text', { cause: error });
      throw error;
    }
  });

/**
 * Writes a file whole or not at all. It keeps its mode, and a new one is its owner's alone; a symbolic link stays one, and the
 * file that it leads to is written.
 *
 * @throws GatewayError that names it where it cannot be written
 */
export const writeConfigFile = async (file: string, text: string): Promise<void> => {
  await explained(file, 'written', async () => {
    const target = await followLinks(file);
    const mode = await readMode(target);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await writeFileAtomic(target, text, mode === null ? { mode: 0o600 } : {});
    // Where the process keeps things from others by its umask, the file that was there has its own mode all the same.
    if (mode !== null && process.platform !== 'win32') await chmod(target, mode);
  });
};

/** Deletes a file, where there is one; of a symbolic link, the file that it leads to. */
export const removeConfigFile = async (file: string): Promise<void> => {
  await explained(file, 'deleted', async () => await rm(await followLinks(file), { force: true }));
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

const readMode = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).mode & 0o7777;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const explained = async <T>(file: string, what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error);
    throw new GatewayError('invalid_request', `${file} cannot be ${what} (${reason}).`, { cause: error });
  }
};
