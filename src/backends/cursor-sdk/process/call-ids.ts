import { randomUUID } from 'node:crypto';

/** Hands out ids of tool calls, each once. */
export interface CallIds {
  /** The backend's own id where it is there and new, else one of ours. */
  claim(id: string | undefined): string;
}

/** So many ids are remembered: a repetition matters only while clients may still send results for the first. */
const MAX_IDS = 10_000;

/** Makes ids for all runs of the process, since clients know a call by its id alone. */
export const createCallIds = (): CallIds => {
  const claimed = new Set<string>();
  return {
    claim(id) {
      const unique = id === undefined || id === '' || claimed.has(id) ? `call_${randomUUID().replaceAll('-', '')}` : id;
      claimed.add(unique);
      const [oldest] = claimed;
      if (claimed.size > MAX_IDS && oldest !== undefined) claimed.delete(oldest);
      return unique;
    },
  };
};
