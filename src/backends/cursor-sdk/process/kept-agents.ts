import type { SDKAgent } from '@cursor/sdk';
import type { Workspace } from './workspaces.ts';

export interface KeptAgent {
  readonly agent: SDKAgent;
  /** Whose machinery it hangs on. */
  readonly workspace: Workspace;
}

/** Agents between two runs of their conversations. */
export interface KeptAgents {
  keep(kept: KeptAgent): void;
  /** Takes an agent out: it belongs to one run at a time. `null` where there is none of this id. */
  claim(agentId: string): KeptAgent | null;
  /** Lets go of agents; ids of others are left out. */
  release(agentIds: readonly string[]): void;
}

export const createKeptAgents = (discard: (agent: SDKAgent) => void): KeptAgents => {
  const agents = new Map<string, KeptAgent>();
  const claim = (agentId: string): KeptAgent | null => {
    const kept = agents.get(agentId) ?? null;
    agents.delete(agentId);
    return kept;
  };
  return {
    keep(kept) {
      agents.set(kept.agent.agentId, kept);
    },
    claim,
    release(agentIds) {
      for (const agentId of agentIds) {
        const kept = claim(agentId);
        if (kept !== null) discard(kept.agent);
      }
    },
  };
};
