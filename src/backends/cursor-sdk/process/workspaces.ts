import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { AgentOptions } from '@cursor/sdk';
import { withDeadline } from '../deadline.ts';

/** What the SDK's machinery for one account ("executor") hangs on: it is shared by agents with the same key, folder and options. */
export interface Workspace {
  /** An empty folder. */
  readonly folder: string;
  /** Settles when the machinery is up and will stay up between runs; rejects where that failed. */
  readonly warm: Promise<void>;
}

/** The workspaces of the process, at most one in use for each key. */
export interface Workspaces {
  /** The workspace for a key; a new one begins to warm up. */
  get(apiKey: string): Workspace;
  /**
   * Gives up a workspace whose machinery is spoilt: the SDK keeps the failure of a key exchange until all agents of it are
   * closed. The next run of the key gets a new folder and so new machinery, while runs in the old one go on.
   */
  renew(apiKey: string, workspace: Workspace): void;
  /** Lets go of all. */
  close(): Promise<void>;
}

/**
 * The options of an agent that decide which machinery it gets: the same for warming up and for runs. Which tools an agent
 * has does not matter to it.
 */
export const toWorkspaceOptions = (apiKey: string, folder: string) =>
  ({
    apiKey,
    local: { cwd: folder, settingSources: [], enableAgentRetries: false },
  }) satisfies AgentOptions;

/** More keys than this at a time are rare; the one that was not used for the longest time goes cold. */
const MAX_WORKSPACES = 4;

/** Letting go waits for the SDK's last reports to Cursor; longer than this is not worth it. */
const RELEASE_MS = 3_000;

interface KeptWorkspace extends Workspace {
  release(): Promise<void>;
}

/** Makes workspaces below `workFolder`. `prewarm` is the SDK's: it resolves to the function that lets go again. */
export const createWorkspaces = (options: {
  readonly workFolder: string;
  readonly prewarm: (options: AgentOptions) => Promise<() => Promise<void>>;
  readonly prewarmMs: number;
}): Workspaces => {
  const byKey = new Map<string, KeptWorkspace>();
  const releasing = new Set<Promise<void>>();
  let count = 0;

  const open = (apiKey: string): KeptWorkspace => {
    count += 1;
    const folder = path.join(options.workFolder, String(count));
    mkdirSync(folder, { mode: 0o700 });
    const opening = options.prewarm(toWorkspaceOptions(apiKey, folder));
    const release = async () => {
      const letGo = await opening;
      await letGo();
    };
    const workspace: KeptWorkspace = {
      folder,
      warm: withDeadline(opening, options.prewarmMs).then(() => undefined),
      release: () => withDeadline(release(), RELEASE_MS).catch(() => undefined),
    };
    // The reason shows in the run itself; the next one shall not meet machinery that nobody holds.
    workspace.warm.catch(() => forget(apiKey, workspace));
    return workspace;
  };

  const close = (workspace: KeptWorkspace): void => {
    const released = workspace.release().finally(() => releasing.delete(released));
    releasing.add(released);
  };

  const forget = (apiKey: string, workspace: Workspace): void => {
    const kept = byKey.get(apiKey);
    if (kept === undefined || kept !== workspace) return;
    byKey.delete(apiKey);
    close(kept);
  };

  return {
    get(apiKey) {
      const workspace = byKey.get(apiKey) ?? open(apiKey);
      byKey.delete(apiKey);
      byKey.set(apiKey, workspace);
      const [oldestKey, oldest] = [...byKey][0] ?? [];
      if (byKey.size > MAX_WORKSPACES && oldestKey !== undefined && oldest !== undefined) {
        byKey.delete(oldestKey);
        close(oldest);
      }
      return workspace;
    },
    renew: forget,
    async close() {
      for (const workspace of byKey.values()) close(workspace);
      byKey.clear();
      await Promise.all(releasing);
    },
  };
};
