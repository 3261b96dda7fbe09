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
  /** Of no effect where it is too large by itself. */
  add(id: string, response: RememberedResponse): void;
  clear(): void;
}

/** What all connections remember together: where it is too much, what was used longest ago is forgotten. */
export interface RecentMemory {
  /** That of one more connection. */
  open(): RecentResponses;
}

/** What an entry takes beside its items, in characters. */
const ENTRY_CHARACTERS = 500;

/** @param maxCharacters of JSON; each response counts with all that it goes on from, which lives for as long as it does */
export const createRecentMemory = ({
  maxCharacters = 64_000_000,
}: { readonly maxCharacters?: number } = {}): RecentMemory => {
  const sizes = new WeakMap<RememberedResponse, number>();
  const weigh = (response: RememberedResponse): number => {
    const unweighed: RememberedResponse[] = [];
    let size = 0;
    for (let current: RememberedResponse | null = response; current !== null; current = current.previous) {
      const known = sizes.get(current);
      if (known !== undefined) {
        size = known;
        break;
      }
      unweighed.push(current);
    }
    for (const one of unweighed.toReversed()) {
      size += JSON.stringify(one.input).length + JSON.stringify(one.output).length + ENTRY_CHARACTERS;
      sizes.set(one, size);
    }
    return size;
  };
  const responses = new LRUCache<string, RememberedResponse>({ maxSize: maxCharacters, sizeCalculation: weigh });
  let connections = 0;
  return {
    open() {
      connections += 1;
      const prefix = `${connections}:`;
      return {
        find: (id) => responses.get(prefix + id) ?? null,
        add(id, response) {
          responses.set(prefix + id, response);
        },
        clear() {
          const own = [...responses.keys()].filter((key) => key.startsWith(prefix));
          for (const key of own) responses.delete(key);
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
