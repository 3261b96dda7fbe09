import type { RequestOutcome, RequestSummary } from '../core/request-activity.ts';

/** Which requests are listed. */
export interface RequestFilter {
  /** Words that must all be found, in any case of letters. */
  readonly text: string;
  readonly outcome: RequestOutcome | 'all';
  /** A canonical id; `null` for all. */
  readonly model: string | null;
}

/** Lists everything. */
export const NO_FILTER: RequestFilter = { text: '', outcome: 'all', model: null };

/** Whether a filter leaves anything out. */
export const isFiltering = (filter: RequestFilter): boolean =>
  filter.text.trim() !== '' || filter.outcome !== 'all' || filter.model !== null;

/** Makes the check for a filter: what has to be done once is done here. */
export const createRequestMatcher = (filter: RequestFilter): ((row: RequestSummary) => boolean) => {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) =>
    (filter.outcome === 'all' || row.outcome === filter.outcome) &&
    (filter.model === null || row.model === filter.model) &&
    (words.length === 0 || hasWords(row, words));
};

const hasWords = (row: RequestSummary, words: readonly string[]): boolean => {
  const text = [
    row.requestId,
    row.method,
    row.path,
    row.client,
    row.protocol,
    row.tokenName,
    row.model,
    row.outcome,
    row.status,
    row.errorCode,
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

const OUTCOMES: ReadonlySet<unknown> = new Set(['all', 'running', 'succeeded', 'failed', 'cancelled']);

const isOutcome = (value: unknown): value is RequestFilter['outcome'] => OUTCOMES.has(value);

/** Reads a filter that was kept; what is not understood filters nothing. */
export const parseRequestFilter = (value: unknown): RequestFilter => {
  if (typeof value !== 'object' || value === null) return NO_FILTER;
  const text = 'text' in value ? value.text : '';
  const outcome = 'outcome' in value ? value.outcome : 'all';
  const model = 'model' in value ? value.model : null;
  return {
    text: typeof text === 'string' ? text : '',
    outcome: isOutcome(outcome) ? outcome : 'all',
    model: typeof model === 'string' ? model : null,
  };
};
