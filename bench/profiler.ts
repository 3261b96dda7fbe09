import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

/** Takes CPU profiles of processes that were started with its arguments. */
export interface Profiler {
  /** Arguments of Node.js for a process that shall be profiled. */
  readonly nodeArguments: readonly string[];
  /** A Node.js that takes the arguments by itself, for the bridge: the server passes it neither arguments nor NODE_OPTIONS. */
  readonly nodePath: string;
  readonly environment: NodeJS.ProcessEnv;
  start(processIds: readonly number[]): void;
  /** Resolves with the profiles' files, in the order of the processes. */
  stop(processIds: readonly number[]): Promise<readonly string[]>;
}

const STOP_MS = 20_000;

export const createProfiler = (preloadFile: string, folder: string): Profiler => {
  const nodePath = path.join(folder, 'node-with-profiler');
  writeFileSync(nodePath, `#!/bin/sh\nexec "${process.execPath}" --require "${preloadFile}" "$@"\n`, { mode: 0o755 });
  const toggle = (processIds: readonly number[]) => {
    for (const processId of processIds) process.kill(processId, 'SIGUSR2');
  };
  return {
    nodeArguments: ['--require', preloadFile],
    nodePath,
    environment: { BENCH_PROFILE_FOLDER: folder },
    start: toggle,
    async stop(processIds) {
      toggle(processIds);
      const files = processIds.map((processId) => path.join(folder, `${processId}.cpuprofile`));
      const deadline = performance.now() + STOP_MS;
      while (!files.every((file) => existsSync(file))) {
        if (performance.now() > deadline) throw new Error('A profile was not written in time.');
        await delay(50);
      }
      return files;
    },
  };
};
