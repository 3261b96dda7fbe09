const ENTRY = 'portside.announcedExpiries';
const DAY_MS = 24 * 60 * 60 * 1000;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The part of the editor's `Memento` that is needed. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Whether something is to be announced: once a day for each name, across windows and reloads. Takes note of it then. */
export const createAnnouncements = (
  memory: Memory,
  now: () => number = Date.now,
): ((name: string) => Promise<boolean>) => {
  const isRecent = (at: unknown): at is number => typeof at === 'number' && at <= now() && now() - at < DAY_MS;
  return async (name) => {
    const stored = memory.get(ENTRY);
    // Whatever is older says nothing any more.
    const recent = Object.entries(isRecord(stored) ? stored : {}).filter(([, at]) => isRecent(at));
    if (recent.some(([known]) => known === name)) return false;
    await memory.update(ENTRY, { ...Object.fromEntries(recent), [name]: now() });
    return true;
  };
};
