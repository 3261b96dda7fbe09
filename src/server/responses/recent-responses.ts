import { LRUCache } from 'lru-cache';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';

/** A response with all that it goes on from, as somebody remembers it. */
export interface RememberedResponse {
  /** What it goes on from; `null` for nothing. */
  readonly previous: RememberedResponse | null;
  readonly input: readonly ResponseItem[];
  readonly output: readonly ResponseItem[];
}

/** What one connection remembers of its own responses, stored or not. */
export interface RecentResponses {
  find(id: string): RememberedResponse | null;
  add(id: string, response: RememberedResponse): void;
  clear(): void;
}

/** Characters of JSON; an answer that others go on from lives as long as they do. */
const MAX_CHARACTERS = 64_000_000;
const MAX_COUNT = 1000;

export const createRecentResponses = (): RecentResponses => {
  const responses = new LRUCache<string, RememberedResponse>({
    max: MAX_COUNT,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ input, output }) => JSON.stringify(input).length + JSON.stringify(output).length,
  });
  return {
    find: (id) => responses.get(id) ?? null,
    add(id, response) {
      responses.set(id, response);
    },
    clear() {
      responses.clear();
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
