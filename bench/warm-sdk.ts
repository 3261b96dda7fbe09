import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { AgentOptions, SDKAgent } from '@cursor/sdk';
import { createAgentDisposal } from '../src/backends/cursor-sdk/process/agent-disposal.ts';
import { createMemoryStore } from '../src/backends/cursor-sdk/process/memory-store.ts';
import { createWorkspaces, toWorkspaceOptions } from '../src/backends/cursor-sdk/process/workspaces.ts';

export interface BareSdkOptions {
  readonly backendUrl: string;
  /** A folder for its files alone. */
  readonly folder: string;
  readonly apiKey: string;
}

/** The SDK, set up as the bridge sets it up. */
export interface WarmSdk {
  createAgent(options?: Partial<AgentOptions>): Promise<SDKAgent>;
  /** Lets go of an agent, in the background. */
  discard(agent: SDKAgent): void;
}

const PREWARM_MS = 30_000;

/** Loads the SDK and warms it up. */
export const openWarmSdk = async ({ backendUrl, folder, apiKey }: BareSdkOptions): Promise<WarmSdk> => {
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
  const disposal = createAgentDisposal({ forget: (agentId) => memory.forget(agentId) });
  return {
    createAgent: (options) =>
      platform.createAgent({
        ...toWorkspaceOptions(apiKey, workspace.folder),
        agentId: randomUUID(),
        model: { id: 'composer-2.5' },
        ...options,
      }),
    discard: (agent) => disposal.discard(agent),
  };
};
