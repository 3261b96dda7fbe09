import type { UsageCounter } from '../core/daily-usage.ts';
import { toFirstKeptDay, toLocalDay } from './local-day.ts';
import { createUsageTally } from './usage-tally.ts';

/** Counts for as long as the process lives. */
export const createMemoryUsageCounter = (): UsageCounter => {
  const tally = createUsageTally();
  return {
    add(request, at) {
      tally.add(request, toLocalDay(at));
      tally.dropBefore(toFirstKeptDay(at));
    },
    readDay: (at) => tally.sum(toLocalDay(at)),
    close() {
      tally.clear();
    },
  };
};
