import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PackagingError } from './packaging-error.mjs';

const execute = promisify(execFile);

/**
 * Runs a program to its end, quietly.
 * @param {string} what what failed, if it does: the beginning of a sentence
 * @returns {Promise<string>} what it wrote to stdout
 * @throws {PackagingError}
 */
export const runProcess = async (what, file, args, options) => {
  try {
    const { stdout } = await execute(file, args, { timeout: 300_000, maxBuffer: 32 * 1024 * 1024, ...options });
    return stdout;
  } catch (error) {
    const output = `${error.stderr ?? ''}\n${error.stdout ?? ''}`.trim() || String(error.message);
    throw new PackagingError(`${what}:\n${output.slice(0, 2000)}`);
  }
};
