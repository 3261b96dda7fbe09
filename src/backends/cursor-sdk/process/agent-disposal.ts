import type { SDKAgent } from '@cursor/sdk';
import { withDeadline } from '../deadline.ts';

/** Ends agents in the background. */
export interface AgentDisposal {
  /** Closes the agent and deletes all that is left of its conversation. */
  discard(agent: SDKAgent): void;
  /** Resolves when nothing is under way. */
  settle(): Promise<void>;
}

/** Closing waits for the SDK's reports to Cursor, 2 s at most. */
const CLOSE_MS = 3_000;

export const createAgentDisposal = (options: { readonly forget: (agentId: string) => void }): AgentDisposal => {
  const underWay = new Set<Promise<void>>();

  const dispose = async (agent: SDKAgent): Promise<void> => {
    try {
      await withDeadline(agent[Symbol.asyncDispose](), CLOSE_MS);
    } catch {
      agent.close();
    }
    options.forget(agent.agentId);
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
