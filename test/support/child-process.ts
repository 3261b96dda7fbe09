import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a process is started. */
export interface ChildOptions {
  readonly command?: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** In a process group of its own, as a shell starts what a terminal's Ctrl+C then reaches as a whole. */
  readonly isGroupLeader?: boolean;
}

/** A started process that is ended at the end of its scope, by its own number. */
export interface StartedChild {
  readonly pid: number;
  /** All that it wrote so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit code once its output is complete; `null` where a signal ended it. Rejects after the deadline. */
  readonly waitForExit: (deadlineMs?: number) => Promise<number | null>;
  /** The first line on stdout. Rejects where the process ends without one, or after the deadline. */
  readonly waitForLine: (deadlineMs?: number) => Promise<string>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const DEADLINE_MS = 30_000;

/** Starts a process; this test's own Node.js where no command is given. */
export const startChild = ({
  command = process.execPath,
  args,
  cwd,
  env,
  isGroupLeader,
}: ChildOptions): StartedChild => {
  const child = spawn(command, args, {
    cwd,
    env,
    detached: isGroupLeader ?? false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started.`);
  let stdout = '';
  let stderr = '';
  const line = Promise.withResolvers<string>();
  // Who asks for the line hears of a failure; without this, it would also count as unhandled.
  line.promise.catch(() => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.includes('\n')) line.resolve(stdout.slice(0, stdout.indexOf('\n')));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const closed = once(child, 'close');
  const explain = (what: string) => new Error(`${what}: ${args.join(' ')}\n${stdout}\n${stderr}`);
  void closed.then(() => line.reject(explain('The process ended without a line')));
  const endHard = () => child.kill('SIGKILL');
  process.once('exit', endHard);
  void exited.then(() => process.off('exit', endHard));

  const within = async <T>(promise: Promise<T>, deadlineMs: number, what: string): Promise<T> => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(explain(`${what} in ${deadlineMs} ms`)), deadlineMs);
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    pid,
    stdout: () => stdout,
    stderr: () => stderr,
    async waitForExit(deadlineMs = DEADLINE_MS) {
      const code = await within(exited, deadlineMs, 'No end');
      // What holds the pipes open now outlives the process: the tests that care look for it themselves.
      await within(closed, DEADLINE_MS, 'Output not closed');
      return code;
    },
    waitForLine: (deadlineMs = DEADLINE_MS) => within(line.promise, deadlineMs, 'No line'),
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const patience = setTimeout(endHard, 5_000);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(patience);
    },
  };
};
