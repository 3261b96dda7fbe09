import { LRUCache } from 'lru-cache';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';

/** A response with all that it goes on from, as somebody remembers it. */
export interface RememberedResponse {
  /** What it goes on from; `null` for nothing. */
  readonly previous: RememberedResponse | null;
  readonly input: readonly ResponseItem[];
  readonly output: readonly ResponseItem[];
  /** Its id where it is stored too, with all before it that is; `null` where nobody else can delete it. */
  readonly storedId: string | null;
}

/** What one connection remembers of its own responses, stored or not. */
export interface RecentResponses {
  find(id: string): RememberedResponse | null;
  /** Where all of this connection is too much by itself, it forgets all. */
  add(id: string, response: RememberedResponse): void;
  clear(): void;
}

/** What all connections remember together: where it is too much, the one that was used longest ago forgets all of its own. */
export interface RecentMemory {
  /** That of one more connection. */
  open(): RecentResponses;
}

/** What an entry takes beside its items, in characters. */
const ENTRY_CHARACTERS = 500;

/** A connection's own, weighed anew each time that there is more of it. */
interface Share {
  readonly responses: Map<string, RememberedResponse>;
  /** What is counted in its size. */
  readonly weighed: WeakSet<RememberedResponse>;
  readonly size: number;
}

const createShare = (): Share => ({ responses: new Map(), weighed: new WeakSet(), size: 0 });

/** @param maxCharacters of JSON, of all connections together */
export const createRecentMemory = ({
  maxCharacters = 64_000_000,
}: { readonly maxCharacters?: number } = {}): RecentMemory => {
  const shares = new LRUCache<number, Share>({
    maxSize: maxCharacters,
    sizeCalculation: ({ size }) => size,
    dispose: ({ responses }, _connection, reason) => {
      if (reason === 'evict') responses.clear();
    },
  });
  /** What it goes on from counts once, with the first that does. */
  const weigh = (response: RememberedResponse, weighed: WeakSet<RememberedResponse>): number => {
    let size = 0;
    for (let current: RememberedResponse | null = response; current !== null; current = current.previous) {
      if (weighed.has(current)) break;
      weighed.add(current);
      size += JSON.stringify(current.input).length + JSON.stringify(current.output).length + ENTRY_CHARACTERS;
    }
    return size;
  };
  let connections = 0;
  return {
    open() {
      connections += 1;
      const connection = connections;
      return {
        find: (id) => shares.get(connection)?.responses.get(id) ?? null,
        add(id, response) {
          const { responses, weighed, size } = shares.get(connection) ?? createShare();
          responses.set(id, response);
          // Where it is too large by itself, nothing of it stays.
          shares.set(connection, { responses, weighed, size: size + weigh(response, weighed) });
        },
        clear() {
          shares.delete(connection);
        },
      };
    },
  };
};

/** All that was said up to a response and in it, oldest first. */
export const toItems = (response: RememberedResponse | null): readonly ResponseItem[] => {
  const chain: RememberedResponse[] = [];
  for (let current = response; current !== null; current = current.previous) chain.push(current);
  return chain
    .toReversed()
    .flatMap(({ input, output }) => [input, output])
    .flat();
};

/** The id of the last of a chain that is stored; `null` where none is. */
export const findStoredId = (response: RememberedResponse): string | null => {
  for (let current: RememberedResponse | null = response; current !== null; current = current.previous) {
    if (current.storedId !== null) return current.storedId;
  }
  return null;
};
