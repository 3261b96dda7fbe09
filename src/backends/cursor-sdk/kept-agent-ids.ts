import type { BridgeProcess } from './bridge-process.ts';
import { releaseAgentsNotification } from './protocol.ts';
import { tellBridge } from './tell-bridge.ts';

/** What the server knows of the agents that the bridge keeps between two runs. */
export interface KeptAgentIds {
  /** The agents of this process count from now on, and no others. */
  begin(bridge: BridgeProcess): void;
  /** There is no process that takes requests: all are lost. */
  clear(): void;
  has(agentId: string): boolean;
  add(bridge: BridgeProcess, agentId: string): void;
  remove(agentId: string): void;
  /** Lets go of agents; ids of others are left out. */
  release(agentIds: readonly string[]): void;
}

export const createKeptAgentIds = (): KeptAgentIds => {
  const ids = new Set<string>();
  let current: BridgeProcess | null = null;
  return {
    begin(bridge) {
      ids.clear();
      current = bridge;
    },
    clear() {
      ids.clear();
      current = null;
    },
    has: (agentId) => ids.has(agentId),
    add(bridge, agentId) {
      if (bridge === current) ids.add(agentId);
    },
    remove(agentId) {
      ids.delete(agentId);
    },
    release(agentIds) {
      const known = agentIds.filter((agentId) => ids.delete(agentId));
      if (current === null || known.length === 0) return;
      tellBridge(current, (connection) => connection.sendNotification(releaseAgentsNotification, { agentIds: known }));
    },
  };
};
