import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';

/** A process of ours, with an IPC channel: it ends by itself when this one is gone. */
export interface OwnProcess {
  readonly process: ChildProcess;
  readonly processId: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** The first line that it writes to stdout. Rejects where it ends without one. */
  readonly firstLine: Promise<string>;
  /** What it wrote to stderr, to explain a failure. */
  errorOutput(): string;
  /** Asks it to end by SIGTERM, and makes it end after a while. */
  stop(): Promise<void>;
}

/** Starts processes and makes sure that none of them outlives the bench. */
export interface ProcessKeeper {
  start(
    file: string,
    fileArguments: readonly string[],
    options?: {
      readonly environment?: NodeJS.ProcessEnv;
      readonly nodeArguments?: readonly string[];
      readonly folder?: string;
    },
  ): OwnProcess;
  stopAll(): Promise<void>;
}

const STOP_MS = 5_000;

export const createProcessKeeper = (): ProcessKeeper => {
  const running = new Set<OwnProcess>();
  process.once('exit', () => {
    for (const own of running) own.process.kill('SIGKILL');
  });

  return {
    start(file, fileArguments, options = {}) {
      const child = fork(file, fileArguments, {
        execArgv: [...(options.nodeArguments ?? [])],
        env: { ...toPlainEnvironment(process.env), ...options.environment },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        ...(options.folder !== undefined && { cwd: options.folder }),
      });
      const own = watch(child, file);
      running.add(own);
      void own.ended.then(() => running.delete(own));
      return own;
    },
    async stopAll() {
      await Promise.all([...running].map((own) => own.stop()));
    },
  };
};

/** Settings of the person who runs the bench must not change what it measures. */
const toPlainEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(PORTSIDE_|CURSOR|NODE_OPTIONS$|NODE_V8_)/.test(name)),
  );

const watch = (child: ChildProcess, file: string): OwnProcess => {
  if (child.pid === undefined) throw new Error(`${file} could not be started.`);
  let output = '';
  let errorOutput = '';
  const line = Promise.withResolvers<string>();
  // Not everyone asks for it.
  line.promise.catch(() => undefined);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const end = output.indexOf('\n');
    if (end !== -1) line.resolve(output.slice(0, end));
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      line.reject(new Error(`${file} ended too early: ${errorOutput}`));
      resolve();
    });
  });
  return {
    process: child,
    processId: child.pid,
    ended,
    firstLine: line.promise,
    errorOutput: () => errorOutput,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
  };
};
