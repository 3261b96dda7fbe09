import { toPlaceId } from '../../core/tool.ts';
import { toEngineCallId } from './call-id.ts';

/** Calls as the results after them find them. */
export interface OpenCalls {
  /** Another answer with calls begins: what is open is answered no more. */
  forget(): void;
  /** The engine's id of a call that the client has under `id`, or under none. */
  ofCall(id: string | null, name: string): string;
  /** The engine's id of the call that a result is of; `null` stands for what the client does not say. */
  ofResult(id: string | null, name: string | null): string;
}

/**
 * Gives calls their ids, and results those of their calls. Takes time in proportion to their number.
 *
 * A call has the engine's own id where it came back, else that of `toPlaceId`. A result belongs to the call of its id. With
 * none, it belongs to the oldest open call of its tool's name, or to the oldest of all; with one that no call has, to the oldest
 * of those without.
 */
export const createOpenCalls = (): OpenCalls => {
  let count = 0;
  let queues = createQueues();
  const next = (): string => {
    count += 1;
    return toPlaceId(count);
  };
  return {
    forget() {
      queues = createQueues();
    },
    ofCall(id, name) {
      const place = next();
      const call = { id: (id === null ? null : toEngineCallId(id)) ?? place, isOpen: true };
      queues.add(call, id === null ? toKeys('unnumbered', name) : [`id:${id}`]);
      queues.add(call, toKeys('all', name));
      return call.id;
    },
    ofResult(id, name) {
      const keys = id === null ? toKeys('all', name) : [`id:${id}`, ...toKeys('unnumbered', name)];
      // A result without its call gets an id of its own: the transcript shows it all the same.
      return queues.take(keys)?.id ?? (id === null ? null : toEngineCallId(id)) ?? next();
    },
  };
};

interface OpenCall {
  readonly id: string;
  isOpen: boolean;
}

/** The calls of a name, then those of any. `unnumbered` are those that came without an id. */
const toKeys = (kind: 'all' | 'unnumbered', name: string | null): readonly string[] => [
  ...(name === null ? [] : [`${kind}:${name}`]),
  kind,
];

/** Calls in their order, under several keys each. */
const createQueues = () => {
  const queues = new Map<string, { readonly calls: OpenCall[]; first: number }>();
  return {
    add(call: OpenCall, keys: readonly string[]): void {
      for (const key of keys) {
        const queue = queues.get(key) ?? { calls: [], first: 0 };
        queue.calls.push(call);
        queues.set(key, queue);
      }
    },
    /** The oldest open call under the first of the keys that has one. */
    take(keys: readonly string[]): OpenCall | null {
      for (const key of keys) {
        const queue = queues.get(key);
        // What was taken under another key is passed over once.
        while (queue?.calls[queue.first]?.isOpen === false) queue.first += 1;
        const call = queue?.calls[queue.first];
        if (call === undefined) continue;
        call.isOpen = false;
        return call;
      }
      return null;
    },
  };
};
