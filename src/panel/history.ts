import type { RequestSummary } from '../core/request-activity.ts';
import type { HistoryPoint } from './models.ts';

const SPAN_MS = 60_000;
const SPANS = 30;

/** How far the history goes back. */
export const HISTORY_MS = SPAN_MS * SPANS;

/**
 * The last half hour of requests by minutes, the newest last: thirty points, the last of which is the minute that runs.
 * `rows` by their arrival, as the log lists them; `now` in milliseconds since 1970.
 */
export const toHistory = (rows: readonly RequestSummary[], now: number): readonly HistoryPoint[] => {
  const lastAt = Math.floor(now / SPAN_MS) * SPAN_MS;
  const firstAt = lastAt - (SPANS - 1) * SPAN_MS;
  const spans = Array.from({ length: SPANS }, () => ({ requests: 0, firstDeltas: new Array<number>() }));
  // From the newest on, so that a long log costs no more than its last half hour.
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (row === undefined || row.startedAt < firstAt) break;
    const span = spans[Math.floor((row.startedAt - firstAt) / SPAN_MS)];
    if (span === undefined) continue;
    span.requests += 1;
    if (row.firstDeltaMs !== null) span.firstDeltas.push(row.firstDeltaMs);
  }
  return spans.map(({ requests, firstDeltas }, index) => ({
    at: firstAt + index * SPAN_MS,
    requests,
    firstDeltaMs: toMedian(firstDeltas),
  }));
};

const toMedian = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};
