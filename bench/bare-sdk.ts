// A process with nothing but the SDK in it, set up as the bridge sets it up: what Portside is measured against.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { CursorAgentPlatform } from '@cursor/sdk';
import { type AgentDisposal, createAgentDisposal } from '../src/backends/cursor-sdk/process/agent-disposal.ts';
import { createMemoryStore } from '../src/backends/cursor-sdk/process/memory-store.ts';
import { createWorkspaces, toWorkspaceOptions, type Workspace } from '../src/backends/cursor-sdk/process/workspaces.ts';
import { serveCommands } from './child-commands.ts';
import { DELTA_CHARACTERS, runStreams, type StreamJob, type StreamResult, type StreamTimes } from './stream-job.ts';

export interface BareSdkOptions {
  readonly backendUrl: string;
  /** A folder for its files alone. */
  readonly folder: string;
  readonly apiKey: string;
}

export type BareSdkCommands = {
  /** Loads the SDK and warms it up. */
  open: { argument: BareSdkOptions; result: null };
  run: { argument: StreamJob; result: StreamResult };
};

interface WarmSdk {
  readonly platform: CursorAgentPlatform;
  readonly workspace: Workspace;
  readonly disposal: AgentDisposal;
  readonly apiKey: string;
}

const PREWARM_MS = 30_000;

const open = async ({ backendUrl, folder, apiKey }: BareSdkOptions): Promise<WarmSdk> => {
  const cursorDataFolder = path.join(folder, 'data');
  const workFolder = path.join(folder, 'work');
  for (const each of [cursorDataFolder, workFolder]) mkdirSync(each, { recursive: true, mode: 0o700 });
  // Not as the bridge loads it: what the bridge does to make the SDK faster must not make this process faster too.
  Object.assign(process.env, { CURSOR_BACKEND_URL: backendUrl, CURSOR_DATA_DIR: cursorDataFolder });
  process.chdir(workFolder);
  const sdk = await import('@cursor/sdk');
  const memory = createMemoryStore(sdk);
  const platform = await sdk.createAgentPlatform({ localStore: memory.store, workspaceRef: workFolder });
  const workspaces = createWorkspaces({
    workFolder,
    prewarm: (options) => platform.prewarmLocalWorkspace(options),
    prewarmMs: PREWARM_MS,
  });
  const workspace = workspaces.get(apiKey);
  await workspace.warm;
  const forget = (agentId: string) => memory.forget(agentId);
  return { platform, workspace, disposal: createAgentDisposal({ cursorDataFolder, forget }), apiKey };
};

const runStream = async (sdk: WarmSdk, job: StreamJob): Promise<StreamTimes> => {
  const startedMs = performance.now();
  let firstDeltaMs: number | null = null;
  let characters = 0;
  const agent = await sdk.platform.createAgent({
    ...toWorkspaceOptions(sdk.apiKey, sdk.workspace.folder),
    agentId: randomUUID(),
    model: { id: 'composer-2.5' },
  });
  const run = await agent.send('Go.', {
    onDelta({ update }) {
      if (update.type !== 'text-delta') return;
      firstDeltaMs ??= performance.now() - startedMs;
      characters += update.text.length;
    },
  });
  const result = await run.wait();
  const totalMs = performance.now() - startedMs;
  sdk.disposal.discard(agent);
  if (firstDeltaMs === null || characters !== job.deltas * DELTA_CHARACTERS) {
    throw new Error(`The SDK gave ${characters} characters: ${result.error?.message ?? result.status}`);
  }
  return { firstDeltaMs, totalMs };
};

let warmSdk: WarmSdk | null = null;

serveCommands<BareSdkCommands>({
  async open(options) {
    warmSdk = await open(options);
    return null;
  },
  run(job) {
    const sdk = warmSdk;
    if (sdk === null) throw new Error('The SDK is not open.');
    return runStreams(job, () => runStream(sdk, job));
  },
});
