import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { BareSdkCommands } from './bare-sdk.ts';
import { type Child, startChild } from './child.ts';
import type { ClientCommands } from './client.ts';
import type { ChildFiles } from './build-children.ts';
import { API_KEY, type Simulator, startPortside, startSimulator } from './portside.ts';
import type { Profiler } from './profiler.ts';
import type { ProcessKeeper } from './process-keeper.ts';
import type { Target } from './raw-client.ts';
import type { SseScript, SseWriterCommands } from './sse-writer.ts';
import { DELTA_CHARACTERS, type StreamJob, type StreamResult, toAnswerText } from './stream-job.ts';

/** A way for an answer to get to its reader. */
export interface Source {
  readonly name: 'bare SDK' | 'Portside' | 'SSE writer';
  /** The processes whose CPU time and memory are its cost. */
  readonly processNames: readonly ProcessName[];
  run(job: StreamJob): Promise<StreamResult>;
}

export type ProcessName = 'simulator' | 'bare SDK' | 'server' | 'bridge' | 'SSE writer' | 'client';

export interface NamedProcess {
  readonly name: ProcessName;
  readonly processId: number;
}

/** Everything that streams. */
export interface Rig {
  readonly bareSdk: Source;
  readonly portside: Source;
  readonly sseWriter: Source;
  readonly simulator: Simulator;
  readonly bareSdkProcess: Child<BareSdkCommands>;
  readonly client: Child<ClientCommands>;
  /** Portside's server. */
  readonly target: Target;
  /** All processes that there are now: the server replaces a bridge that has grown too large. */
  findProcesses(): Promise<readonly NamedProcess[]>;
  /** Sets what an answer is, for all sources. */
  setAnswer(answer: { readonly deltas: number; readonly everyMs: number }): Promise<void>;
}

export interface RigOptions {
  readonly distFolder: string;
  readonly childFiles: ChildFiles;
  readonly childEnvironment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly profiler: Profiler | null;
  /** Makes the SDK speak HTTP/2 with the simulator, as it does with Cursor's own service. */
  readonly http2?: boolean;
}

export const openRig = async (keeper: ProcessKeeper, options: RigOptions): Promise<Rig> => {
  const { distFolder, childFiles, profiler } = options;
  const folder = mkdtempSync(path.join(options.folder, 'rig-'));
  const nodeArguments = profiler?.nodeArguments ?? [];
  const environment = { ...options.childEnvironment, ...profiler?.environment };

  const simulator = await startSimulator(keeper, distFolder, {
    nodeArguments,
    environment,
    http2: options.http2 ?? false,
  });
  const bareSdk = startChild<BareSdkCommands>(keeper, childFiles['bare-sdk'], { nodeArguments, environment });
  await bareSdk.call('open', { backendUrl: simulator.url, folder: path.join(folder, 'bare-sdk'), apiKey: API_KEY });
  const portside = await startPortside(keeper, {
    distFolder,
    backendUrl: simulator.url,
    home: path.join(folder, 'home'),
    nodeArguments,
    environment: { ...environment, ...(profiler !== null && { PORTSIDE_NODE_PATH: profiler.nodePath }) },
  });
  const client = startChild<ClientCommands>(keeper, childFiles.client, { nodeArguments, environment });
  const writer = startChild<SseWriterCommands>(keeper, childFiles['sse-writer'], { environment });
  const target: Target = { baseUrl: portside.baseUrl, token: portside.token };
  const writerTarget: Target = { baseUrl: `http://127.0.0.1:${await writer.call('listen', null)}`, token: '' };

  await simulator.setScenario({ rules: [{ then: [{ text: toAnswerText(2), chunk: DELTA_CHARACTERS }] }] });
  const frames = toFrames(await client.call('capture', target));

  return {
    bareSdk: {
      name: 'bare SDK',
      processNames: ['bare SDK'],
      run: (job) => bareSdk.call('run', job),
    },
    portside: {
      name: 'Portside',
      processNames: ['server', 'bridge'],
      run: (job) => client.call('run', { target, job }),
    },
    sseWriter: {
      name: 'SSE writer',
      processNames: ['SSE writer'],
      run: (job) => client.call('run', { target: writerTarget, job }),
    },
    simulator,
    bareSdkProcess: bareSdk,
    client,
    target,
    findProcesses: async () => [
      { name: 'simulator', processId: simulator.processId },
      { name: 'bare SDK', processId: bareSdk.processId },
      { name: 'server', processId: portside.serverId },
      { name: 'bridge', processId: await portside.findBridge() },
      { name: 'SSE writer', processId: writer.processId },
      { name: 'client', processId: client.processId },
    ],
    async setAnswer({ deltas, everyMs }) {
      const step = { text: toAnswerText(deltas), chunk: DELTA_CHARACTERS };
      await simulator.setScenario({ rules: [{ then: [everyMs === 0 ? step : { ...step, everyMs }] }] });
      await writer.call('setScript', { ...frames, deltas, everyMs });
    },
  };
};

/** Gives each measurement processes of its own: those of the SDK grow with what they have done. */
export const withRig = async <T>(
  keeper: ProcessKeeper,
  options: RigOptions,
  use: (rig: Rig) => Promise<T>,
): Promise<T> => {
  const result = await use(await openRig(keeper, options));
  await keeper.stopAll();
  return result;
};

/** Cuts an answer of Portside's up, so that the writer's frames are of the same size. */
const toFrames = (answer: string): Pick<SseScript, 'head' | 'frame' | 'tail'> => {
  const frames = answer.split('\n\n').slice(0, -1);
  const isContent = (frame: string): boolean => frame.includes('"delta":{"content"');
  const first = frames.findIndex(isContent);
  const last = frames.findLastIndex(isContent);
  const frame = frames[first];
  if (frame === undefined) throw new Error(`Portside's answer has no content: ${answer}`);
  const join = (part: readonly string[]): string => part.map((each) => `${each}\n\n`).join('');
  return { head: join(frames.slice(0, first)), frame: join([frame]), tail: join(frames.slice(last + 1)) };
};
