import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Job, Outcome } from './sdk-jobs.ts';

/** A process with the real SDK in it, that speaks to one backend. */
export interface SdkProcess {
  perform(job: Job): Promise<Outcome>;
  /** Everything that the process wrote, to explain a failure. */
  output(): string;
  stop(): Promise<void>;
}

const JOB_DEADLINE_MS = 30_000;

/** Starts the SDK in a process whose home and data are a folder of their own. */
export async function startSdkProcess(backendUrl: string): Promise<SdkProcess> {
  const home = await mkdtemp(path.join(tmpdir(), 'portside-sdk-'));
  const workFolder = path.join(home, 'work');
  await mkdir(workFolder);
  const child = fork(path.join(import.meta.dirname, 'sdk-driver.ts'), [], {
    cwd: workFolder,
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      CURSOR_DATA_DIR: path.join(home, 'data'),
      CURSOR_BACKEND_URL: backendUrl,
      CURSOR_WEBSITE_URL: backendUrl,
    },
  });
  const exited = once(child, 'exit');
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk));
  const text = (): string => Buffer.concat(output).toString();

  let lastId = 0;
  const pending = new Map<number, (outcome: Outcome) => void>();
  child.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => pending.get(id)?.(outcome));
  await Promise.race([
    once(child, 'message'),
    exited.then(() => {
      throw new Error(`The SDK process ended while it started: ${text()}`);
    }),
  ]);
  return {
    output: text,
    async perform(job) {
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
      pending.set(id, resolve);
      const deadline = setTimeout(() => {
        reject(new Error(`No outcome in time: ${JSON.stringify(job)}\n${text()}`));
      }, JOB_DEADLINE_MS);
      child.send({ id, job });
      try {
        return await promise;
      } finally {
        clearTimeout(deadline);
        pending.delete(id);
      }
    },
    async stop() {
      child.disconnect();
      await exited;
      await rm(home, { recursive: true, force: true });
    },
  };
}
