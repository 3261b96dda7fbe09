import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment, type Environment } from './clean-environment.ts';
import { codeServerEntry, hostNode } from './host-paths.ts';
import { waitUntil } from './wait-until.ts';
import type { WorkbenchFolders } from './workbench-folders.ts';

/** A running code-server: the workbench for browsers, and the parent of every extension host. */
export interface CodeServer {
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  readonly hasTestDriver: boolean;
  /** Resolves with a description of its end, whenever that comes. */
  readonly ended: Promise<string>;
  /** Ends it, with extension hosts and all that they started. */
  stop(): Promise<void>;
}

const folderArguments = (folders: WorkbenchFolders): readonly string[] => [
  '--config',
  '/dev/null',
  '--user-data-dir',
  folders.userData,
  '--extensions-dir',
  folders.extensions,
];

const quietArguments = [
  '--bind-addr',
  '127.0.0.1:0',
  '--auth',
  'none',
  '--ignore-last-opened',
  '--disable-telemetry',
  '--disable-update-check',
  // In a workspace that nobody trusted, extensions do not start.
  '--disable-workspace-trust',
  '--disable-getting-started-override',
  // A page that was too busy to say that it goes must not keep its extension host, and a port, for hours.
  '--reconnection-grace-time',
  '1',
];

/** Installs a VSIX as a person does. Returns what the installer said. */
export const installVsix = async (folders: WorkbenchFolders, vsixFile: string): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    hostNode(),
    [codeServerEntry(), ...folderArguments(folders), '--install-extension', path.resolve(vsixFile), '--force'],
    { env: cleanEnvironment(folders), cwd: folders.root, timeout: 60_000 },
  );
  return stdout;
};

const signalGroup = (leader: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
};

/** Starts code-server on a free port of the loopback interface. */
export const startCodeServer = async (
  folders: WorkbenchFolders,
  options: {
    readonly environment?: Environment;
    /**
     * Lets a page's address name a test suite for the extension host. No notification is shown then, so leave it off where
     * a test looks at notifications.
     */
    readonly hasTestDriver?: boolean;
  } = {},
): Promise<CodeServer> => {
  const hasTestDriver = options.hasTestDriver === true;
  const logFile = path.join(folders.artifacts, 'code-server.log');
  const output = openSync(logFile, 'w');
  const child = spawn(
    hostNode(),
    [
      codeServerEntry(),
      ...folderArguments(folders),
      ...quietArguments,
      ...(hasTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    // A process group of its own, so that all of it can be ended.
    {
      env: cleanEnvironment(folders, options.environment),
      cwd: folders.root,
      stdio: ['ignore', output, output],
      detached: true,
    },
  );
  closeSync(output);
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve((end = String(error))));
    child.on('exit', (code, signal) => resolve((end = `code-server ended with ${signal ?? `code ${String(code)}`}`)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(await ended);

  const stop = async (): Promise<void> => {
    if (end === undefined) {
      child.kill('SIGTERM');
      await waitUntil('code-server ends', () => end !== undefined, 6_000).catch(() => {});
    }
    await waitUntil('the process group is empty', () => !signalGroup(pid, 'SIGKILL'), 5_000);
  };
  try {
    const url = await waitUntil(
      'code-server listens',
      () => {
        const address = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
        return address ?? (end === undefined ? undefined : '');
      },
      30_000,
    );
    if (url === '') throw new Error(`${end ?? ''}:\n${readFileSync(logFile, 'utf8')}`);
    return { url, pid, logFile, hasTestDriver, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
