import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment over that of a `.env` file in the working directory, where there is one. */
export const readEnvironment = (): Environment => {
  let file = '';
  try {
    file = readFileSync('.env', 'utf8');
  } catch {
    // Most folders have none.
  }
  return { ...parseEnv(file), ...process.env };
};
