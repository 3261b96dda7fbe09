import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from './read-environment.ts';

/** The folder of the command's own files, as an absolute path: `PORTSIDE_HOME`, or `.portside` in the user's home. */
export const readHome = (environment: Environment): string =>
  path.resolve(environment['PORTSIDE_HOME'] || path.join(homedir(), '.portside'));
