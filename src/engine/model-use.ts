import { LRUCache } from 'lru-cache';
import type { RequestNotes, RequestObserver } from './activity/observe-requests.ts';

/** A model that somebody uses, or has used lately. */
export interface ModelInUse {
  readonly id: string;
  /** When it counts as in use no longer, if nothing more is asked of it; milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Knows which models are in use, whatever wire they are used by, for the wires that tell of it. */
export interface ModelUse extends RequestObserver {
  /** Takes note that an owner uses a model now, without an answer of it. */
  note(owner: string, modelId: string): void;
  /** Says for how long after its last use a model counts as in use by an owner; this is none itself. */
  keep(owner: string, modelId: string, keepMs: number): void;
  /** The models that an owner uses, the one that counts so for the longest time first. */
  list(owner: string): readonly ModelInUse[];
}

interface Use {
  readonly owner: string;
  readonly id: string;
  /** Answers that are being given. */
  active: number;
  keepMs: number;
  lastAt: number;
}

const MAX_COUNT = 1000;

/** @param defaultKeepMs For how long after its last use a model counts as in use. @param now Milliseconds since 1970. */
export const createModelUse = (defaultKeepMs: number, now: () => number = Date.now): ModelUse => {
  const uses = new LRUCache<string, Use>({ max: MAX_COUNT });

  const find = (owner: string, id: string): Use => {
    const key = JSON.stringify([owner, id]);
    const use = uses.get(key) ?? { owner, id, active: 0, keepMs: defaultKeepMs, lastAt: -Infinity };
    uses.set(key, use);
    return use;
  };
  const touch = (owner: string, id: string): Use => {
    const use = find(owner, id);
    use.lastAt = now();
    return use;
  };
  return {
    begin(): RequestNotes {
      let owner: string | null = null;
      let model: string | null = null;
      let use: Use | null = null;
      return {
        noteClient(client) {
          ({ owner } = client);
        },
        noteAnswer(answer) {
          ({ model } = answer);
        },
        noteEvent({ type }) {
          // What was refused, or still waits for its turn, uses none.
          if (type !== 'run-start' || use !== null || owner === null || model === null) return;
          use = touch(owner, model);
          use.active += 1;
        },
        end() {
          if (use === null) return;
          use.active -= 1;
          use.lastAt = now();
          use = null;
        },
      };
    },
    note(owner, id) {
      touch(owner, id);
    },
    keep(owner, id, keepMs) {
      find(owner, id).keepMs = keepMs;
    },
    list(owner) {
      const nowMs = now();
      return [...uses.values()]
        .filter((use) => use.owner === owner && (use.active > 0 || use.lastAt + use.keepMs > nowMs))
        .map(({ id, active, lastAt, keepMs }) => ({ id, expiresAt: (active > 0 ? nowMs : lastAt) + keepMs }))
        .toSorted((a, b) => b.expiresAt - a.expiresAt);
    },
  };
};
