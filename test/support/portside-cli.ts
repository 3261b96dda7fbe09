import path from 'node:path';
import { type StartedChild, startChild } from './child-process.ts';
import { findSecrets, findSecretsInFiles } from './secrets.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

export const REPOSITORY_FOLDER = path.resolve(import.meta.dirname, '../..');

/** The built command line program. `CLI_UNDER_TEST` names another build. */
export const CLI_FILE = process.env['CLI_UNDER_TEST'] ?? path.join(REPOSITORY_FOLDER, 'dist/cli.js');

/** How `portside` is run. */
export interface CliOptions {
  /** Added to an environment that holds nothing of Portside's or Cursor's; `undefined` takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
  /** The working directory; an empty one where none is given. */
  readonly cwd?: string;
  /** `PORTSIDE_HOME`; one that does not exist yet where none is given. */
  readonly home?: string;
  /** What to start instead of this test's own Node.js with the built program. */
  readonly command?: readonly [command: string, ...args: string[]];
  readonly isGroupLeader?: boolean;
}

/** A run of `portside` with folders of its own. */
export interface CliProcess extends StartedChild {
  /** Its `PORTSIDE_HOME`. */
  readonly home: string;
  /** Its `HOME`, empty at the start. */
  readonly userHome: string;
}

const SECRET_VARIABLES = ['PORTSIDE_TOKEN', 'CURSORPIPE_BEARER_TOKEN', 'CURSOR_API_KEY', 'CURSORPIPE_API_KEY'];

/** Starts `portside` with the given arguments. */
export const startCli = (args: readonly string[], options: CliOptions = {}): CliProcess => {
  const folder = createTemporaryFolder();
  const home = options.home ?? folder.join('user', 'portside-home');
  const userHome = folder.join('user');
  const [command, ...commandArgs] = options.command ?? [process.execPath, CLI_FILE];
  const child = startChild({
    command,
    args: [...commandArgs, ...args],
    cwd: options.cwd ?? folder.path,
    env: { ...createCleanEnvironment(), HOME: userHome, PORTSIDE_HOME: home, ...options.env },
    ...(options.isGroupLeader === true && { isGroupLeader: true }),
  });
  return {
    ...child,
    home,
    userHome,
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      // Whatever a test is about: nothing secret may be in what the process logged or left behind.
      const known = SECRET_VARIABLES.map((name) => options.env?.[name] ?? '');
      const leaks = [
        ...findSecrets(child.stderr(), known).map((secret) => `stderr: ${secret}`),
        ...[folder.path, home].flatMap((each) => findSecretsInFiles(each, known)),
      ];
      folder.remove();
      if (leaks.length > 0) throw new Error(`portside ${args.join(' ')} leaked secrets: ${leaks.join(', ')}`);
    },
  };
};

/** Runs `portside` to its end; rejects where it does not come to one. */
export const runCli = async (args: readonly string[], options: CliOptions = {}) => {
  await using cli = startCli(args, options);
  const code = await cli.waitForExit(15_000);
  return { code, stdout: cli.stdout(), stderr: cli.stderr() };
};

const createCleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(?:PORTSIDE|CURSORPIPE|CURSOR|VITEST|NODE|npm)_|^(?:NODE_ENV|VITEST|TEST|DEV|PROD|MODE)$/.test(name),
    ),
  );
