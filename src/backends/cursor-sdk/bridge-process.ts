import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Logger } from '../../core/logger.ts';
import { toChildEnvironment } from './child-environment.ts';
import { killProcessTree } from './kill-process-tree.ts';
import { logLines } from './log-lines.ts';
import { logNotification, shutdownNotification } from './protocol.ts';
import type { ProxyVariables } from './proxy-environment.ts';

/** How a process ended. */
export type ProcessEnd =
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  /** It never ran. */
  | { readonly type: 'not-started'; readonly error: Error };

/** One child process with the connection to it. */
export interface BridgeProcess {
  readonly processId: number | undefined;
  readonly connection: MessageConnection;
  /** Resolves when the process has ended, however that came about. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends the process and its children at once. */
  kill(): void;
  /** Asks the process to end, and makes it end after `timeoutMs`. */
  shutDown(timeoutMs: number): void;
}

/**
 * Starts the bridge as a direct child that leads a process group of its own.
 *
 * @throws what `fork` throws, as where an editor does not allow it
 */
export const startBridgeProcess = (options: {
  readonly bridgePath: string;
  /** Empty for the executable of this process. */
  readonly nodePath: string;
  readonly workFolder: string;
  readonly proxy: ProxyVariables;
  readonly logger: Logger;
}): BridgeProcess => {
  const { logger } = options;
  const child = fork(options.bridgePath, [], {
    execPath: options.nodePath === '' ? process.execPath : options.nodePath,
    execArgv: [],
    env: toChildEnvironment(process.env, options.proxy),
    cwd: options.workFolder,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    // Makes it the leader of a group, so that its own children can be ended with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  if (child.stdout !== null) logLines(child.stdout, (line) => logger.debug(`bridge: ${line}`));
  if (child.stderr !== null) logLines(child.stderr, (line) => logger.warn(`bridge: ${line}`));

  const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child), {
    error: (message) => logger.warn(`bridge connection: ${message}`),
    warn: (message) => logger.warn(`bridge connection: ${message}`),
    info: (message) => logger.debug(`bridge connection: ${message}`),
    log: (message) => logger.debug(`bridge connection: ${message}`),
  });
  connection.onError(([error]) => logger.debug(`bridge connection: ${error.message}`));
  connection.onNotification(logNotification, ({ level, message }) => logger[level](message));
  connection.listen();

  const kill = () => {
    if (child.pid !== undefined) killProcessTree(child.pid);
  };
  // Where this process ends without a stop, a hanging child would not notice.
  process.once('exit', kill);
  const ended = waitForEnd(child).finally(() => {
    process.off('exit', kill);
    connection.dispose();
  });

  return {
    processId: child.pid,
    connection,
    ended,
    kill,
    shutDown(timeoutMs) {
      const timer = setTimeout(kill, timeoutMs);
      void ended.then(() => clearTimeout(timer));
      // Async, so that a connection which is already closed rejects as one that closes later does.
      const ask = async () => connection.sendNotification(shutdownNotification, null);
      ask().catch(() => {
        if (child.exitCode === null && child.signalCode === null) kill();
      });
    },
  };
};

const waitForEnd = (child: ChildProcess): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ type: 'exited', code, signal }));
    // An error before there is a process number means that there will be no exit.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ type: 'not-started', error });
    });
  });
