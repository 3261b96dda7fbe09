import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError } from './usage-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment over that of a `.env` file in the working directory, where there is one. @throws UsageError */
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
  return { ...parseEnv(file), ...process.env };
};
