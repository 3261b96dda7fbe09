import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SDKAgent } from '@cursor/sdk';
import { withDeadline } from '../deadline.ts';

/** Ends agents in the background. */
export interface AgentDisposal {
  /** Closes the agent and deletes all that is left of its conversation, in memory and on disk. */
  discard(agent: SDKAgent): void;
  /** Resolves when nothing is under way. */
  settle(): Promise<void>;
}

/** Closing waits for the SDK's reports to Cursor, 2 s at most. */
const CLOSE_MS = 3_000;

export const createAgentDisposal = (options: {
  readonly cursorDataFolder: string;
  readonly forget: (agentId: string) => void;
}): AgentDisposal => {
  const underWay = new Set<Promise<void>>();

  const dispose = async (agent: SDKAgent): Promise<void> => {
    try {
      await withDeadline(agent[Symbol.asyncDispose](), CLOSE_MS);
    } catch {
      agent.close();
    }
    options.forget(agent.agentId);
    await removeTranscripts(options.cursorDataFolder, agent.agentId);
  };

  return {
    discard(agent) {
      const disposing = dispose(agent)
        .catch(() => undefined)
        .finally(() => underWay.delete(disposing));
      underWay.add(disposing);
    },
    async settle() {
      await Promise.all(underWay);
    },
  };
};

/** The SDK writes each conversation as plain text to `projects/<workspace>/agent-transcripts/<agent>`. */
const removeTranscripts = async (cursorDataFolder: string, agentId: string): Promise<void> => {
  const projects = path.join(cursorDataFolder, 'projects');
  await Promise.all(
    namesIn(projects).map((name) =>
      rm(path.join(projects, name, 'agent-transcripts', agentId), { recursive: true, force: true, maxRetries: 3 }),
    ),
  );
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
