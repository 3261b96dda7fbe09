import { LRUCache } from 'lru-cache';
import type { AnswerFormat } from '../../core/answer-request.ts';
import type { ToolCall } from '../../core/run-request.ts';
import { isPlaceId } from '../../core/tool.ts';
import type { Usage } from '../../core/usage.ts';
import type { ConversationHistory } from './conversation-history.ts';
import type { ModelDialogue } from './model-dialogue.ts';

/** A run that waits for the results of its tool calls. */
export interface HeldRun {
  /** The digest of the conversation up to and with the calls. */
  readonly key: string;
  /** The digest of the conversation's shape. */
  readonly shape: string;
  readonly dialogue: ModelDialogue;
  /** The calls that the client was told of, in its order. */
  readonly calls: readonly ToolCall[];
  /** Calls of the same batch that the client is told of later. */
  readonly unreleased: readonly ToolCall[];
  /** The format that the model was told of last; `null` for none. */
  readonly format: AnswerFormat | null;
  /** What earlier turns of the run have reported. */
  readonly reported: Usage | null;
  readonly owner: string;
  /** The named session that it is part of; `null` for none. */
  readonly sessionId: string | null;
  readonly modelId: string;
  /** When the run was held for the first time; milliseconds since 1970, as `heldAt`. */
  readonly createdAt: number;
  readonly heldAt: number;
  /** Of its conversation, the answer with the calls included. */
  readonly history: ConversationHistory;
}

/** The runs that wait for tool results, for a limited time. */
export interface HeldRuns {
  hold(run: HeldRun): void;
  /**
   * The run of this conversation that made these calls. Calls are known by their ids, as two conversations may be the same word
   * for word; ids that tell a place only (see `toPlaceId`) take the oldest such run.
   */
  find(key: string, calls: readonly ToolCall[]): HeldRun | null;
  /** Takes a run out to go on with it. */
  take(run: HeldRun): void;
  /** Cancels the runs of conversations of this shape that wait for any of these calls. */
  cancelCalls(shape: string, callIds: ReadonlySet<string>): void;
  /** Cancels the runs of a named session. */
  cancelSession(sessionId: string): void;
  /** Cancels all runs of an owner. */
  cancelOwner(owner: string): void;
  /** The owner's runs outside of named sessions. */
  list(owner: string): readonly HeldRun[];
  /** Cancels one of the owner's runs; false where there is none of this agent. */
  cancel(owner: string, agentId: string): boolean;
  /** Those of all owners, in named sessions or not. */
  listAll(): readonly HeldRun[];
  /** Cancels a run, whosever it is; false where there is none of this agent. */
  cancelAgent(agentId: string): boolean;
  cancelAll(): void;
}

export const createHeldRuns = (options: { readonly maxCount: number; readonly limitMs: number }): HeldRuns => {
  const runs = new LRUCache<HeldRun, HeldRun>({
    max: options.maxCount,
    ttl: options.limitMs,
    ttlAutopurge: true,
    dispose: ({ dialogue }, _key, reason) => {
      // Those taken out are deleted by hand.
      if (reason !== 'delete') dialogue.cancel();
    },
  });
  const remove = (run: HeldRun): void => {
    runs.delete(run);
  };
  const cancelWhere = (matches: (run: HeldRun) => boolean): boolean => {
    const matching = [...runs.values()].filter((run) => matches(run));
    for (const run of matching) {
      remove(run);
      run.dialogue.cancel();
    }
    return matching.length > 0;
  };
  return {
    hold(run) {
      runs.set(run, run);
      const drop = (): void => remove(run);
      const watch = async (): Promise<void> => {
        if (!(await run.dialogue.watch())) drop();
      };
      watch().catch(drop);
    },
    find(key, calls) {
      const same = [...runs.values()].filter((run) => run.key === key).toReversed();
      const made = same.find((run) => calls.some(({ id }) => run.calls.some((call) => call.id === id)));
      return made ?? (calls.every(({ id }) => isPlaceId(id)) ? same[0] : undefined) ?? null;
    },
    take: remove,
    cancelCalls(shape, callIds) {
      cancelWhere((run) => run.shape === shape && run.calls.some(({ id }) => callIds.has(id)));
    },
    cancelSession(sessionId) {
      cancelWhere((run) => run.sessionId === sessionId);
    },
    cancelOwner(owner) {
      cancelWhere((run) => run.owner === owner);
    },
    list: (owner) => [...runs.values()].filter((run) => run.owner === owner && run.sessionId === null),
    cancel: (owner, agentId) => cancelWhere((run) => run.owner === owner && run.dialogue.started?.agentId === agentId),
    listAll: () => [...runs.values()],
    cancelAgent: (agentId) => cancelWhere((run) => run.dialogue.started?.agentId === agentId),
    cancelAll() {
      cancelWhere(() => true);
    },
  };
};
