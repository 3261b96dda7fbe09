import { expect, test } from 'vitest';
import type { RequestMark } from '../../../../src/core/request-activity.ts';
import { createActivityLog } from '../../../../src/engine/activity/create-activity-log.ts';

const USAGE = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

test.each<[string, readonly RequestMark[], boolean, number]>([
  ['an answer of a run', ['read', 'placed', 'admitted'], true, 1],
  // It has cost nothing again.
  ['an answer that is told again', ['read', 'placed'], true, 0],
  ['a request that is for no model', [], false, 0],
])('%s counts as it should', (_name, marks, isAnswered, count) => {
  const counted: object[] = [];
  const log = createActivityLog({
    counter: {
      add: (request) => counted.push(request),
      readDay: () => ({ requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }),
      close: () => {},
    },
  });
  const trace = log.begin({ requestId: 'r', method: 'POST', path: '/x', protocol: null, headers: [] });
  trace.noteClient({ owner: 'o', tokenName: 'test' });
  if (isAnswered) trace.noteAnswer({ model: 'm', isStream: false, toCost: () => 0.5 });
  for (const mark of marks) trace.mark(mark);
  if (isAnswered) trace.noteEvent({ type: 'run-end', finishReason: 'stop', usage: USAGE, durationMs: 1 });
  trace.end({ status: 200, route: null, isComplete: true, headers: [] });
  expect(counted).toEqual(Array.from({ length: count }, () => ({ model: 'm', usage: USAGE, costUsd: 0.5 })));
});
