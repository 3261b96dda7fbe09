import { expect, test } from 'vitest';
import { type AccessRecord, toAccessLine } from '../../../src/host/access-log/to-access-line.ts';

const RECORD: AccessRecord = {
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  requestId: 'request-1',
  traceContext: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, traceState: 'secret=state' },
  method: 'POST',
  path: '/v1/responses/resp_1',
  route: '/v1/responses/:id',
  protocol: 'openai-responses',
  status: 200,
  outcome: 'succeeded',
  errorCode: null,
  durationMs: 1234.5678,
  timeToFirstDeltaMs: 56.789,
  queuedMs: 0.04,
  tokenName: 'laptop',
  model: 'composer-2.5',
  isStream: true,
  conversation: 'new',
  usage: { inputTokens: 10, cacheReadTokens: 100, cacheWriteTokens: 1000, outputTokens: 7, reasoningTokens: 3 },
  costUsd: 0.0125,
};

const toLine = (more: Partial<AccessRecord>): Record<string, unknown> =>
  JSON.parse(toAccessLine({ ...RECORD, ...more }));

test('a line has all that is known', () => {
  expect(toLine({})).toEqual({
    time: '2026-01-02T03:04:05.678Z',
    requestId: 'request-1',
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    method: 'POST',
    path: '/v1/responses/resp_1',
    route: '/v1/responses/:id',
    protocol: 'openai-responses',
    status: 200,
    outcome: 'succeeded',
    errorCode: null,
    durationMs: 1234.6,
    timeToFirstDeltaMs: 56.8,
    queuedMs: 0,
    tokenName: 'laptop',
    model: 'composer-2.5',
    isStream: true,
    conversation: 'new',
    inputTokens: 1110,
    cachedInputTokens: 100,
    outputTokens: 7,
    reasoningTokens: 3,
    costUsd: 0.0125,
  });
});

test('what is not known is null', () => {
  const names = [
    'traceId',
    'spanId',
    'route',
    'protocol',
    'status',
    'timeToFirstDeltaMs',
    'queuedMs',
    'tokenName',
    'model',
    'conversation',
    'inputTokens',
    'cachedInputTokens',
    'outputTokens',
    'reasoningTokens',
    'costUsd',
  ];
  const line = toLine({
    traceContext: undefined,
    ...Object.fromEntries([...names, 'usage'].filter((name) => name in RECORD).map((name) => [name, null])),
  });
  expect(Object.entries(line).flatMap(([name, value]) => (value === null ? [name] : []))).toEqual(
    Object.keys(line).filter((name) => [...names, 'errorCode'].includes(name)),
  );
});

const SECRET = `crsr_${'x'.repeat(40)}`;

test.each<[field: keyof AccessRecord, value: string, shown: string]>([
  ['requestId', SECRET, '[redacted]'],
  ['requestId', `a ${SECRET} b`, 'a [redacted] b'],
  ['requestId', 'Bearer whatever', 'Bearer [redacted]'],
  ['requestId', 'line\nbreak\u0000', 'line?break?'],
  ['requestId', 'i'.repeat(5000), `${'i'.repeat(200)}…`],
  ['requestId', `${'i'.repeat(190)} ${SECRET}`, `${'i'.repeat(190)} [redacted…`],
  ['tokenName', SECRET, '[redacted]'],
  ['model', SECRET, '[redacted]'],
  ['path', `/v1/models/${SECRET}/x`, '/v1/models/[redacted]/x'],
  ['path', `/v1/models/${SECRET.replace('_', '%5F')}`, '/v1/models/[redacted]'],
  ['path', '/v1/sessions/ada%40example.com', '/v1/sessions/[redacted]'],
  ['path', '/v1/sessions/ada@example.com', '/v1/sessions/[redacted]'],
  ['path', '/v1/%E0%A4%A', '/v1/%E0%A4%A'],
  ['path', `/${'p'.repeat(500)}`, `/${'p'.repeat(199)}`],
])('what a client has chosen for %s is kept within bounds: %j', (field, value, shown) => {
  const text = toAccessLine({ ...RECORD, [field]: value });
  expect(text).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(text)[field]).toBe(shown);
});
