import type { Usage } from './usage.ts';

/** What was used on one day, by this user's calendar. */
export interface DailyUsage {
  readonly requests: number;
  /** What models read, caches included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** By list prices, in USD, of what has a known price. */
  readonly costUsd: number;
}

/** One answered request to count. */
export interface CountedRequest {
  readonly model: string;
  readonly usage: Usage | null;
  readonly costUsd: number | null;
}

/** Counts what is used per day and model; several processes may share one. Never throws. */
export interface UsageCounter {
  /** `at` in milliseconds since 1970. */
  add(request: CountedRequest, at: number): void;
  /** The sum over all models of the day on which `at` lies; what another process has counted in the last second may be missing. */
  readDay(at: number): DailyUsage;
  close(): void;
}
