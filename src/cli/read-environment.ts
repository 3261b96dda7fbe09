import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { NOT_FROM_FILES } from './not-from-files.ts';
import { UsageError } from './usage-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const OURS = /^(?:PORTSIDE|CURSORPIPE)_|^CURSOR_API_KEY$/;

/**
 * The process's environment over that of a `.env` file in the working directory, where there is one. Of the file, only what is
 * Portside's counts, and that not all: what is left out is named on stderr.
 *
 * @throws UsageError where the file cannot be read
 */
export const readEnvironment = (): Environment => {
  let file = '';
  try {
    file = readFileSync('.env', 'utf8');
  } catch (error) {
    // Most folders have none.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new UsageError(`.env cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const found = Object.entries(parseEnv(file)).filter(([name]) => OURS.test(name));
  const left = found.map(([name]) => name).filter((name) => NOT_FROM_FILES.has(name) && !(name in process.env));
  if (left.length > 0) {
    process.stderr.write(
      `portside: ${left.join(', ')} in .env has no effect: such settings only count from the environment itself.\n`,
    );
  }
  return { ...Object.fromEntries(found.filter(([name]) => !NOT_FROM_FILES.has(name))), ...process.env };
};
