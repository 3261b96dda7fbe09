import type { CountedRequest, DailyUsage } from '../core/daily-usage.ts';

/** What is counted of one model on one day. */
export interface TallyEntry extends DailyUsage {
  /** See `toLocalDay`. */
  readonly day: string;
  readonly model: string;
}

/** Counts in memory, per day and model. */
export interface UsageTally {
  add(request: CountedRequest, day: string): void;
  readonly entries: readonly TallyEntry[];
  /** The sum over all models. */
  sum(day: string): DailyUsage;
  /** Forgets the days before this one. */
  dropBefore(day: string): void;
  clear(): void;
}

/** A day on which nothing was used. */
export const NO_USAGE: DailyUsage = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

export const createUsageTally = (): UsageTally => {
  const entries = new Map<string, TallyEntry>();
  return {
    add({ model, usage, costUsd }, day) {
      const key = `${day} ${model}`;
      const counted: DailyUsage = {
        requests: 1,
        inputTokens: usage === null ? 0 : usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
        outputTokens: usage?.outputTokens ?? 0,
        costUsd: costUsd ?? 0,
      };
      entries.set(key, { day, model, ...addDailyUsage(entries.get(key) ?? NO_USAGE, counted) });
    },
    get entries() {
      return [...entries.values()];
    },
    sum: (day) =>
      [...entries.values()].filter((entry) => entry.day === day).reduce<DailyUsage>(addDailyUsage, NO_USAGE),
    dropBefore(day) {
      for (const [key, entry] of entries) if (entry.day < day) entries.delete(key);
    },
    clear() {
      entries.clear();
    },
  };
};

export const addDailyUsage = (a: DailyUsage, b: DailyUsage): DailyUsage => ({
  requests: a.requests + b.requests,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  costUsd: a.costUsd + b.costUsd,
});
