import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

/**
 * Makes every function of `node:child_process` fail with `ENOENT` from now on, as where no program is installed.
 *
 * The SDK asks `git` for the repository of its folder before every run, and `gh` after some; starting a process blocks the
 * event loop for milliseconds, more with every megabyte in use, and its folder is never in a repository. It would also run
 * shell commands for its backend without any tool having been offered, unseen by us.
 */
export const refuseChildProcesses = (): void => {
  Object.assign(childProcess, {
    execFile: failLater,
    exec: failLater,
    spawn: refuse,
    fork: refuse,
    spawnSync: (file: string) => ({
      pid: 0,
      output: [],
      stdout: '',
      stderr: '',
      status: null,
      signal: null,
      error: toNotFound(file),
    }),
    execFileSync: refuse,
    execSync: refuse,
  });
  Object.assign(childProcess.ChildProcess.prototype, {
    spawn: ({ file }: { file: string }) => refuse(file),
  });
  syncBuiltinESMExports();
};

type Callback = (error: Error, stdout: string, stderr: string) => void;

/** `execFile` and `exec` in both their forms: with a callback as the last argument, and promisified. */
const failLater = Object.assign(
  (program: string, ...rest: readonly unknown[]): void => {
    const callback = rest.at(-1);
    if (isCallback(callback)) process.nextTick(callback, toNotFound(program), '', '');
  },
  { [promisify.custom]: (program: string) => Promise.reject(toNotFound(program)) },
);

const isCallback = (value: unknown): value is Callback => typeof value === 'function';

const refuse = (program: string): never => {
  throw toNotFound(program);
};

/** The error that Node.js has for a program that is not there. */
const toNotFound = (program: string): Error =>
  Object.assign(new Error(`spawn ${program} ENOENT`), {
    code: 'ENOENT',
    errno: -2,
    syscall: `spawn ${program}`,
    path: program,
  });
