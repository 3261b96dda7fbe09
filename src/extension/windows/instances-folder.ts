import { homedir } from 'node:os';
import path from 'node:path';

/** The folder through which windows and commands of one user find each other: below `PORTSIDE_HOME`, or `~/.portside`. */
export const toInstancesFolder = (
  environment: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): string => path.join(path.resolve(environment['PORTSIDE_HOME']?.trim() || path.join(home, '.portside')), 'instances');
