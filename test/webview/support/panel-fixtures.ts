import type { RequestDetail, RequestSummary } from '../../../src/core/request-activity.ts';
import type { OverviewModel, ServerModel } from '../../../src/panel/models.ts';

/** Sunday, 22 November 2026, 12:00:00 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12);

/** A streamed chat request that has succeeded, unless `changes` says otherwise. */
export const toRow = (id: number, changes: Partial<RequestSummary> = {}): RequestSummary => ({
  id,
  requestId: `req_${id}`,
  startedAt: NOON + id * 1_000,
  method: 'POST',
  path: '/v1/chat/completions',
  client: 'opencode/1.2.11',
  protocol: 'openai-chat',
  tokenName: 'default',
  model: 'composer-2',
  isStream: true,
  outcome: 'succeeded',
  status: 200,
  errorCode: null,
  firstDeltaMs: 640,
  durationMs: 2_340,
  usage: { inputTokens: 200, outputTokens: 340, cacheReadTokens: 1_000, cacheWriteTokens: 0, reasoningTokens: 0 },
  costUsd: 0.0123,
  canCancel: false,
  ...changes,
});

/** Many requests from id 1 on. */
export const toRows = (count: number): readonly RequestSummary[] =>
  Array.from({ length: count }, (_, index) => toRow(index + 1));

/** One that is under way. */
export const RUNNING = {
  outcome: 'running',
  status: 200,
  durationMs: null,
  usage: null,
  costUsd: null,
  canCancel: true,
} as const;

export const toDetail = (id: number, changes: Partial<RequestDetail> = {}): RequestDetail => ({
  ...toRow(id),
  marks: [
    { mark: 'authenticated', atMs: 2 },
    { mark: 'read', atMs: 10 },
    { mark: 'first-delta', atMs: 640 },
    { mark: 'ended', atMs: 2_340 },
  ],
  conversation: 'new',
  requestHeaders: [['content-type', 'application/json']],
  responseHeaders: [['x-request-id', `req_${id}`]],
  errorMessage: null,
  finishReason: 'stop',
  capture: null,
  ...changes,
});

export const toOverview = (
  server: Partial<ServerModel> = {},
  changes: Partial<Omit<OverviewModel, 'server'>> = {},
): OverviewModel => ({
  server: {
    status: 'running',
    baseUrl: 'http://127.0.0.1:8765/v1',
    port: 8765,
    summary: 'Serving.',
    warnings: [],
    isRestricted: false,
    canTakeOver: false,
    needsSignIn: false,
    ...server,
  },
  account: {
    name: 'editor',
    source: 'editor',
    email: 'ada@example.com',
    plan: 'pro',
    expiresAt: null,
    status: 'ready',
    isDefault: true,
  },
  activeRuns: 2,
  queuedRuns: 1,
  today: { requests: 12, inputTokens: 1_500_000, outputTokens: 20_000, costUsd: 1.5 },
  history: [
    { at: NOON, requests: 4, firstDeltaMs: 1_500 },
    { at: NOON + 60_000, requests: 0, firstDeltaMs: null },
    { at: NOON + 120_000, requests: 2, firstDeltaMs: 700 },
  ],
  ...changes,
});
