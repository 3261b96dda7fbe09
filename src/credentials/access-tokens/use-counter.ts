import type { AccessTokenInfo } from '../../core/access-token.ts';

/** Counts the requests of tokens between two times that they are stored. */
export interface UseCounter {
  note(id: string, usedAt: number): void;
  /** What is known of a token, with what is not stored yet. */
  addTo(info: AccessTokenInfo): AccessTokenInfo;
  forget(id: string): void;
  /** Hands each count to `store`, and drops it where that gives true. */
  drain(store: (id: string, requests: number, lastUsedAt: number) => boolean): void;
  close(): void;
}

/** How long a count may wait to be stored: writing a file has no place in the way of a request. */
const FLUSH_MS = 1000;

/** Calls `flush`, which then drains it, a second after the first use of each batch, and at the end. */
export const createUseCounter = (flush: () => void): UseCounter => {
  const uses = new Map<string, { readonly requests: number; readonly lastUsedAt: number }>();
  let timer: NodeJS.Timeout | null = null;
  return {
    note(id, usedAt) {
      uses.set(id, { requests: (uses.get(id)?.requests ?? 0) + 1, lastUsedAt: usedAt });
      timer ??= setTimeout(() => {
        timer = null;
        flush();
      }, FLUSH_MS).unref();
    },
    addTo(info) {
      const use = uses.get(info.id);
      if (use === undefined) return info;
      return { ...info, requestCount: info.requestCount + use.requests, lastUsedAt: use.lastUsedAt };
    },
    forget: (id) => void uses.delete(id),
    drain(store) {
      for (const [id, { requests, lastUsedAt }] of uses) if (store(id, requests, lastUsedAt)) uses.delete(id);
    },
    close() {
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      flush();
    },
  };
};
