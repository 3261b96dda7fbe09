import type { RequestDetail, RequestSummary } from '../../../../src/core/request-activity.ts';

/** A request that was answered, changed as the test says. */
export const aRequest = (changes: Partial<RequestDetail> = {}): RequestDetail => ({
  id: 1,
  requestId: 'req_1',
  startedAt: Date.UTC(2027, 0, 15, 12),
  method: 'POST',
  path: '/v1/chat/completions',
  client: 'OpenAI/JS 7.57.0',
  protocol: 'openai-chat',
  tokenName: 'my editor',
  model: 'composer-2.5',
  isStream: false,
  outcome: 'succeeded',
  status: 200,
  errorCode: null,
  firstDeltaMs: 120,
  durationMs: 900,
  usage: null,
  costUsd: null,
  canCancel: false,
  marks: [{ mark: 'authenticated', atMs: 1 }],
  conversation: 'new',
  requestHeaders: [['content-type', 'application/json']],
  responseHeaders: [['content-type', 'application/json']],
  errorMessage: null,
  finishReason: 'stop',
  capture: null,
  ...changes,
});

/** A request as the log lists it. */
export const toSummary = ({
  marks: _marks,
  conversation: _conversation,
  requestHeaders: _requestHeaders,
  responseHeaders: _responseHeaders,
  errorMessage: _errorMessage,
  finishReason: _finishReason,
  capture: _capture,
  ...summary
}: RequestDetail): RequestSummary => summary;
