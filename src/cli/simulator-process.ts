import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { GatewayError } from '../core/gateway-error.ts';

/** The simulator in a process of its own, as Cursor's service would be. */
export interface SimulatorProcess {
  /** Its address, once it listens. @throws GatewayError where it could not start. */
  readonly url: Promise<string>;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<void>;
  /** Ends it, within a second. */
  stop(): Promise<void>;
}

/** How long it may take to end when it is asked to. */
const PATIENCE_MS = 1_000;

/** Starts `portside simulate`; it ends by itself when this process is gone. */
export const startSimulatorProcess = (scenarioFile: string | undefined): SimulatorProcess => {
  const child = fork(
    path.join(__dirname, 'cli.js'),
    ['simulate', '--port', '0', '--json', ...(scenarioFile === undefined ? [] : ['--scenario', scenarioFile])],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [], env: toSimulatorEnvironment() },
  );
  const ended = once(child, 'exit').then(() => undefined);
  const url = readUrl(child.stdout, ended);
  // Who waits for the address hears of a failure; without this, it would also count as unhandled.
  url.catch(() => {});
  return {
    url,
    ended,
    async stop() {
      child.kill();
      const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await ended;
      clearTimeout(force);
    },
  };
};

/** The simulator has no use for a real credential. */
const toSimulatorEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  CURSOR_API_KEY: undefined,
  CURSORPIPE_API_KEY: undefined,
});

const readUrl = async (stdout: NodeJS.ReadableStream | null, ended: Promise<void>): Promise<string> => {
  if (stdout === null) throw new GatewayError('internal_error', 'The simulator has no output.');
  const [line] = await Promise.race([once(createInterface(stdout), 'line'), ended.then(() => [null])]);
  if (typeof line !== 'string') throw new GatewayError('internal_error', 'The simulator did not start.');
  const answer: unknown = JSON.parse(line);
  if (typeof answer === 'object' && answer !== null && 'url' in answer && typeof answer.url === 'string')
    return answer.url;
  throw new GatewayError('internal_error', 'The simulator did not say where it listens.');
};
