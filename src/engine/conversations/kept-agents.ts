import { LRUCache } from 'lru-cache';

/** Whose conversation an agent knows. */
interface Whose {
  readonly owner: string;
  readonly sessionId: string | null;
}

/** The agents of finished turns, each under the digest of its conversation; what an agent knows is never paid for twice. */
export interface KeptAgents {
  /** Takes the agent out: a twin of the request finds none. `null` where there is none, or it was lost. */
  claim(key: string): string | null;
  keep(key: string, agentId: string, of: Whose): void;
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
  const agents = new LRUCache<string, Whose & { readonly agentId: string }>({
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
  const removeWhere = (matches: (whose: Whose) => boolean): void =>
    remove([...agents.entries()].filter(([, kept]) => matches(kept)).map(([key]) => key));
  return {
    claim(key) {
      const kept = agents.get(key);
      if (kept === undefined) return null;
      agents.delete(key);
      return options.hasAgent(kept.agentId) ? kept.agentId : null;
    },
    keep(key, agentId, { owner, sessionId }) {
      agents.set(key, { agentId, owner, sessionId });
    },
    releaseSession: (sessionId) => removeWhere((kept) => kept.sessionId === sessionId),
    releaseOwner: (owner) => removeWhere((kept) => kept.owner === owner),
    clear() {
      remove([...agents.keys()]);
    },
  };
};
