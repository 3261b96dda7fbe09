import type { RequestSummary } from '../../../src/core/request-activity.ts';

/** A request that has succeeded, unless `changes` says otherwise. */
export const toRow = (id: number, changes: Partial<RequestSummary> = {}): RequestSummary => ({
  id,
  requestId: `req_${id}`,
  startedAt: id * 1_000,
  method: 'POST',
  path: '/v1/chat/completions',
  client: null,
  protocol: 'openai-chat',
  tokenName: null,
  model: 'composer-2',
  isStream: true,
  outcome: 'succeeded',
  status: 200,
  errorCode: null,
  firstDeltaMs: null,
  durationMs: 1_000,
  usage: null,
  costUsd: null,
  canCancel: false,
  ...changes,
});

export const toRows = (count: number): readonly RequestSummary[] =>
  Array.from({ length: count }, (_, index) => toRow(index + 1));
