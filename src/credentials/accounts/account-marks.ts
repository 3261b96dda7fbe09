/** What Cursor said last of a key. */
export type AccountMark = 'refused' | 'rate-limited';

/** What is remembered of keys while this process runs. */
export interface AccountMarks {
  /** `null` where the key is in order, as far as is known. */
  of(apiKey: string): AccountMark | null;
  note(apiKey: string, mark: AccountMark): void;
  clear(apiKey: string): void;
  /** Forgets every key but these. */
  keepOnly(apiKeys: readonly string[]): void;
  close(): void;
}

/** How long an account counts as rate limited. Cursor does not say when a limit ends. */
const RATE_LIMIT_MS = 60_000;

export const createAccountMarks = (onChange: () => void): AccountMarks => {
  const marks = new Map<string, AccountMark>();
  const timers = new Map<string, NodeJS.Timeout>();

  const set = (apiKey: string, mark: AccountMark | null): void => {
    clearTimeout(timers.get(apiKey));
    timers.delete(apiKey);
    const before = marks.get(apiKey) ?? null;
    if (mark === null) marks.delete(apiKey);
    else marks.set(apiKey, mark);
    if (mark === 'rate-limited') timers.set(apiKey, setTimeout(() => set(apiKey, null), RATE_LIMIT_MS).unref());
    if (mark !== before) onChange();
  };

  return {
    of: (apiKey) => marks.get(apiKey) ?? null,
    note: set,
    clear: (apiKey) => set(apiKey, null),
    keepOnly(apiKeys) {
      const kept = new Set(apiKeys);
      for (const apiKey of marks.keys()) {
        if (kept.has(apiKey)) continue;
        clearTimeout(timers.get(apiKey));
        timers.delete(apiKey);
        marks.delete(apiKey);
      }
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
};
