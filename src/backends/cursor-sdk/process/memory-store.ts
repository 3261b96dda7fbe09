import type {
  LocalAgentDocument,
  LocalAgentRunDocument,
  LocalAgentStore,
  LocalAgentStoreAgents,
  LocalAgentStoreCheckpoints,
  LocalAgentStoreRunEvents,
  LocalAgentStoreRuns,
} from '@cursor/sdk';
import type { CursorSdk } from './load-sdk.ts';

/** The SDK's store of agents, kept in memory: nothing of a conversation is written to a database. */
export interface MemoryStore {
  readonly store: LocalAgentStore;
  /** Drops all that is known of an agent. */
  forget(agentId: string): void;
}

/**
 * Makes an empty store. Run events are not kept: they are the SDK's log of a stream for other processes, cost time for each
 * delta, and nobody reads them here.
 */
export const createMemoryStore = (
  sdk: Pick<
    CursorSdk,
    'composeLocalAgentStore' | 'paginateAgentDocuments' | 'paginateCheckpointBlobIds' | 'paginateRunDocuments'
  >,
): MemoryStore => {
  const agentById = new Map<string, LocalAgentDocument>();
  const runsByAgent = new Map<string, Map<string, LocalAgentRunDocument>>();
  const blobsByAgent = new Map<string, Map<string, Uint8Array>>();

  const agents: LocalAgentStoreAgents = {
    get: ({ agentId }) => Promise.resolve(agentById.get(agentId) ?? null),
    create: ({ agent }) => {
      agentById.set(agent.agentId, agent);
      return Promise.resolve(agent);
    },
    update: ({ agent }) => {
      agentById.set(agent.agentId, agent);
      return Promise.resolve(agent);
    },
    delete: ({ filter }) => {
      for (const agent of agentById.values()) {
        if (includes(filter.agentIds, agent.agentId) && (filter.cwd === undefined || filter.cwd === agent.cwd)) {
          agentById.delete(agent.agentId);
        }
      }
      return Promise.resolve();
    },
    list: ({ filter } = {}) => Promise.resolve(sdk.paginateAgentDocuments([...agentById.values()], filter)),
  };

  const matchingRuns = (filter: { agentIds?: readonly string[]; runIds?: readonly string[] } | undefined) =>
    [...runsByAgent.values()]
      .flatMap((runs) => Array.from(runs.values()))
      .filter((run) => includes(filter?.agentIds, run.agentId) && includes(filter?.runIds, run.runId));
  const putRun = (run: LocalAgentRunDocument) => {
    getOrAdd(runsByAgent, run.agentId).set(run.runId, run);
    return Promise.resolve(run);
  };
  const runs: LocalAgentStoreRuns = {
    get: ({ agentId, runId }) => Promise.resolve(runsByAgent.get(agentId)?.get(runId) ?? null),
    create: ({ run }) => putRun(run),
    update: ({ run }) => putRun(run),
    delete: ({ filter }) => {
      for (const run of matchingRuns(filter)) runsByAgent.get(run.agentId)?.delete(run.runId);
      return Promise.resolve();
    },
    list: ({ filter } = {}) => Promise.resolve(sdk.paginateRunDocuments(matchingRuns(filter), filter)),
  };

  const putBlob: LocalAgentStoreCheckpoints['create'] = ({ agentId, blobId, data }) => {
    getOrAdd(blobsByAgent, agentId).set(blobId, data);
    return Promise.resolve();
  };
  const checkpoints: LocalAgentStoreCheckpoints = {
    get: ({ agentId, blobId }) => Promise.resolve(blobsByAgent.get(agentId)?.get(blobId) ?? null),
    create: putBlob,
    update: putBlob,
    delete: ({ filter }) => {
      for (const [agentId, blobs] of blobsByAgent) {
        if (!includes(filter.agentIds, agentId)) continue;
        for (const blobId of blobs.keys()) if (includes(filter.blobIds, blobId)) blobs.delete(blobId);
      }
      return Promise.resolve();
    },
    list: ({ filter } = {}) => {
      const blobIds = [...blobsByAgent]
        .filter(([agentId]) => includes(filter?.agentIds, agentId))
        .flatMap(([, blobs]) => Array.from(blobs.keys()))
        .filter((blobId) => includes(filter?.blobIds, blobId));
      return Promise.resolve(sdk.paginateCheckpointBlobIds(blobIds, filter));
    },
  };

  return {
    store: sdk.composeLocalAgentStore({ agents, checkpoints, runs, runEvents: createForgetfulRunEvents() }),
    forget(agentId) {
      agentById.delete(agentId);
      runsByAgent.delete(agentId);
      blobsByAgent.delete(agentId);
    },
  };
};

const createForgetfulRunEvents = (): LocalAgentStoreRunEvents => {
  let sequence = 0;
  return {
    append: ({ runId, eventType, payload, payloadRef, idempotencyKey }) => {
      sequence += 1;
      return Promise.resolve({
        runId,
        seq: sequence,
        offset: String(sequence),
        eventType,
        payload,
        payloadRef: payloadRef ?? null,
        idempotencyKey: idempotencyKey ?? null,
        createdAt: Date.now(),
      });
    },
    list: () => Promise.resolve({ items: [] }),
    delete: () => Promise.resolve(),
  };
};

/** The store's filters: a list that is missing or empty matches everything. */
const includes = (filter: readonly string[] | undefined, id: string): boolean =>
  filter === undefined || filter.length === 0 || filter.includes(id);

const getOrAdd = <T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> => {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const added = new Map<string, T>();
  maps.set(key, added);
  return added;
};
