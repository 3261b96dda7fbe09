import { get } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BareSdkCommands } from './bare-sdk.ts';
import { startChild } from './child.ts';
import { API_KEY, findBridge, launchPortside } from './portside.ts';
import { readAgeMs, readRssBytes } from './processes.ts';
import type { OwnProcess, ProcessKeeper } from './process-keeper.ts';

/** One fresh start. */
export interface Startup {
  /** From the start of the process to the first HTTP answer on `/health`, whatever its status. */
  readonly firstAnswerMs: number;
  /** From the start of the process to status 200. */
  readonly connectedMs: number;
  readonly memory: IdleMemory | null;
}

/** What idle processes hold, each at the same age. */
export interface IdleMemory {
  readonly serverBytes: number;
  readonly bridgeBytes: number;
  readonly bareSdkBytes: number;
}

export interface StartupOptions {
  readonly distFolder: string;
  readonly backendUrl: string;
  readonly bareSdkFile: string;
  readonly bareSdkEnvironment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly measuresMemory: boolean;
}

/** Long enough for the SDK's work after its start and for the first garbage collections. */
const MEMORY_AGE_MS = 5_000;

const RETRY_MS = 4;

/** Starts Portside afresh, and beside it, once it is connected, a bare process with the SDK. */
export const measureStartup = async (keeper: ProcessKeeper, options: StartupOptions): Promise<Startup> => {
  const port = await findFreePort();
  const startedMs = performance.now();
  const server = launchPortside(keeper, { ...options, home: path.join(options.folder, 'home'), port });
  const url = `http://127.0.0.1:${port}/health`;
  const firstAnswerMs = (await waitForStatus(server, url, () => true)) - startedMs;
  const connectedMs = (await waitForStatus(server, url, (status) => status === 200)) - startedMs;
  const memory = options.measuresMemory ? await measureMemory(keeper, server.processId, options) : null;
  await server.stop();
  return { firstAnswerMs, connectedMs, memory };
};

const measureMemory = async (keeper: ProcessKeeper, serverId: number, options: StartupOptions): Promise<IdleMemory> => {
  const bridgeId = await findBridge(serverId);
  const bare = startChild<BareSdkCommands>(keeper, options.bareSdkFile, { environment: options.bareSdkEnvironment });
  await bare.call('open', {
    backendUrl: options.backendUrl,
    folder: path.join(options.folder, 'bare-sdk'),
    apiKey: API_KEY,
  });
  await untilAge(bridgeId);
  const serverBytes = readRssBytes([serverId]);
  const bridgeBytes = readRssBytes([bridgeId]);
  await untilAge(bare.processId);
  const bareSdkBytes = readRssBytes([bare.processId]);
  await bare.stop();
  return { serverBytes, bridgeBytes, bareSdkBytes };
};

const untilAge = async (processId: number): Promise<void> => {
  await delay(Math.max(0, MEMORY_AGE_MS - readAgeMs(processId)));
};

/** Asks until an answer has a status that will do; resolves with the time of that answer. */
const waitForStatus = async (
  server: OwnProcess,
  url: string,
  isEnough: (status: number) => boolean,
): Promise<number> => {
  while (server.process.exitCode === null && server.process.signalCode === null) {
    const status = await askForStatus(url);
    if (status !== null && isEnough(status)) return performance.now();
    await delay(RETRY_MS);
  }
  throw new Error(`The server ended: ${server.errorOutput()}`);
};

/** `null` where nobody listens yet. */
const askForStatus = (url: string): Promise<number | null> =>
  new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    }).once('error', () => resolve(null));
  });

const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
};
