import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findChildren } from './processes.ts';
import type { OwnProcess, ProcessKeeper } from './process-keeper.ts';
import type { Target } from './raw-client.ts';

/** The key of both the bare SDK and Portside; the simulator takes any of this form. */
export const API_KEY = 'crsr_bench';

/** A scenario as docs/simulator.md describes it. */
export interface SimulatorScenario {
  readonly rules: readonly { readonly when?: { readonly prompt: string }; readonly then: readonly unknown[] }[];
}

/** The simulator, in a process of its own. */
export interface Simulator {
  readonly url: string;
  readonly processId: number;
  /** Sets what runs answer, and forgets the runs so far. */
  setScenario(scenario: SimulatorScenario): Promise<void>;
}

export const startSimulator = async (
  keeper: ProcessKeeper,
  distFolder: string,
  options: {
    readonly nodeArguments?: readonly string[];
    readonly environment?: NodeJS.ProcessEnv;
    /** Makes the SDK speak HTTP/2, as it does with Cursor's own service. */
    readonly http2?: boolean;
  } = {},
): Promise<Simulator> => {
  const own = keeper.start(
    path.join(distFolder, 'cli.js'),
    ['simulate', '--port', '0', '--json', ...(options.http2 === true ? ['--http2'] : [])],
    options,
  );
  const { url }: { url: string } = JSON.parse(await own.firstLine);
  const control = async (method: string, name: string, body?: string): Promise<void> => {
    const response = await fetch(`${url}/_simulator/${name}`, { method, ...(body !== undefined && { body }) });
    if (!response.ok) throw new Error(`The simulator refused ${name}: ${await response.text()}`);
  };
  return {
    url,
    processId: own.processId,
    async setScenario(scenario) {
      await control('PUT', 'scenario', JSON.stringify(scenario));
      await control('POST', 'reset');
    },
  };
};

/** `portside serve`, connected to a simulator. */
export interface Portside extends Target {
  readonly serverId: number;
  /** The bridge that there is now; waits where one is being replaced by another. */
  findBridge(): Promise<number>;
}

export interface PortsideOptions {
  readonly distFolder: string;
  readonly backendUrl: string;
  /** The folder for its files, which is also its working directory. */
  readonly home: string;
  /** 0 for any free one. */
  readonly port?: number;
  readonly nodeArguments?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/** Starts the server and returns at once. */
export const launchPortside = (keeper: ProcessKeeper, options: PortsideOptions): OwnProcess => {
  mkdirSync(options.home, { recursive: true, mode: 0o700 });
  return keeper.start(
    path.join(options.distFolder, 'cli.js'),
    ['serve', '--port', String(options.port ?? 0), '--json'],
    {
      folder: options.home,
      nodeArguments: options.nodeArguments ?? [],
      environment: {
        PORTSIDE_HOME: options.home,
        PORTSIDE_BACKEND_URL: options.backendUrl,
        CURSOR_API_KEY: API_KEY,
        // The bench asks how it runs many at a time, not how it makes them wait.
        PORTSIDE_MAX_CONCURRENT_RUNS: '100',
        ...options.environment,
      },
    },
  );
};

/** Starts the server and waits until the bridge is connected. */
export const startPortside = async (keeper: ProcessKeeper, options: PortsideOptions): Promise<Portside> => {
  const own = launchPortside(keeper, options);
  const { baseUrl, token }: Target = JSON.parse(await own.firstLine);
  return { baseUrl, token, serverId: own.processId, findBridge: () => findBridge(own.processId) };
};

const FIND_MS = 10_000;
const RETRY_MS = 50;

/** The one bridge of a server. @throws Error where there is not exactly one for too long */
export const findBridge = async (serverId: number): Promise<number> => {
  const deadline = performance.now() + FIND_MS;
  for (;;) {
    const [bridgeId, ...others] = findChildren(serverId, 'bridge.js');
    if (bridgeId !== undefined && others.length === 0) return bridgeId;
    if (performance.now() > deadline) throw new Error(`Process ${serverId} has ${others.length + 1} bridges or none.`);
    await delay(RETRY_MS);
  }
};
