import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { GatewayError } from '../core/gateway-error.ts';

/** The simulator in a process of its own, as Cursor's service would be. */
export interface SimulatorProcess {
  /** Its address, once it listens. @throws GatewayError where it could not start. */
  readonly url: Promise<string>;
  stop(): Promise<void>;
}

/** Starts `portside simulate`; it ends by itself when this process is gone. */
export const startSimulatorProcess = (scenarioFile: string | undefined): SimulatorProcess => {
  const child = fork(
    path.join(__dirname, 'cli.js'),
    ['simulate', '--port', '0', '--json', ...(scenarioFile === undefined ? [] : ['--scenario', scenarioFile])],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [], env: toSimulatorEnvironment() },
  );
  const exited = once(child, 'exit');
  const url = readUrl(child.stdout, exited);
  // Who waits for the address hears of a failure; without this, it would also count as unhandled.
  url.catch(() => {});
  return {
    url,
    async stop() {
      child.kill();
      await exited;
    },
  };
};

/** The simulator has no use for a real credential. */
const toSimulatorEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  CURSOR_API_KEY: undefined,
  CURSORPIPE_API_KEY: undefined,
});

const readUrl = async (stdout: NodeJS.ReadableStream | null, exited: Promise<unknown>): Promise<string> => {
  if (stdout === null) throw new GatewayError('internal_error', 'The simulator has no output.');
  const [line] = await Promise.race([once(createInterface(stdout), 'line'), exited.then(() => [null])]);
  if (typeof line !== 'string') throw new GatewayError('internal_error', 'The simulator did not start.');
  const answer: unknown = JSON.parse(line);
  if (typeof answer === 'object' && answer !== null && 'url' in answer && typeof answer.url === 'string')
    return answer.url;
  throw new GatewayError('internal_error', 'The simulator did not say where it listens.');
};
