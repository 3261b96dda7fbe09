import { LRUCache } from 'lru-cache';
import type { ConversationHistory } from './conversation-history.ts';

/** An agent that knows a conversation. */
export interface KeptAgent {
  readonly agentId: string;
  readonly owner: string;
  /** The named session that the conversation is; `null` for none. */
  readonly sessionId: string | null;
  readonly modelId: string;
  readonly history: ConversationHistory;
}

/** The agents of finished turns, each under the digest of its conversation; what an agent knows is never paid for twice. */
export interface KeptAgents {
  /** Takes the agent out: a twin of the request finds none. `null` where there is none, or it was lost. */
  claim(key: string): KeptAgent | null;
  keep(key: string, agent: KeptAgent): void;
  /** Those that are not lost, of all owners. */
  listAll(): readonly KeptAgent[];
  /** Lets go of an agent; false where it is not kept. */
  release(agentId: string): boolean;
  /** Lets go of the agents of a named session. */
  releaseSession(sessionId: string): void;
  /** Lets go of the agents of an owner's conversations. */
  releaseOwner(owner: string): void;
  /** Lets go of all. */
  clear(): void;
}

export const createKeptAgents = (options: {
  readonly maxCount: number;
  readonly idleMs: number;
  readonly hasAgent: (agentId: string) => boolean;
  readonly release: (agentIds: readonly string[]) => void;
}): KeptAgents => {
  const agents = new LRUCache<string, KeptAgent>({
    max: options.maxCount,
    ttl: options.idleMs,
    ttlAutopurge: true,
    dispose: ({ agentId }, _key, reason) => {
      // Claimed ones are deleted by hand.
      if (reason !== 'delete') options.release([agentId]);
    },
  });
  const remove = (keys: readonly string[]): void => {
    const agentIds = keys.flatMap((key) => agents.peek(key)?.agentId ?? []);
    for (const key of keys) agents.delete(key);
    if (agentIds.length > 0) options.release(agentIds);
  };
  const removeWhere = (matches: (kept: KeptAgent) => boolean): boolean => {
    const keys = [...agents.entries()].filter(([, kept]) => matches(kept)).map(([key]) => key);
    remove(keys);
    return keys.length > 0;
  };
  return {
    claim(key) {
      const kept = agents.get(key);
      if (kept === undefined) return null;
      agents.delete(key);
      return options.hasAgent(kept.agentId) ? kept : null;
    },
    keep(key, agent) {
      agents.set(key, agent);
    },
    listAll: () => [...agents.values()].filter(({ agentId }) => options.hasAgent(agentId)),
    release: (agentId) => removeWhere((kept) => kept.agentId === agentId),
    releaseSession(sessionId) {
      removeWhere((kept) => kept.sessionId === sessionId);
    },
    releaseOwner(owner) {
      removeWhere((kept) => kept.owner === owner);
    },
    clear() {
      remove([...agents.keys()]);
    },
  };
};
