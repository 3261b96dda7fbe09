import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import { parseScenario } from '../../../src/simulator/scenario.ts';

const STEPS = [
  { thinking: 'Hm' },
  { text: 'Hi' },
  { text: 'Hi', chunk: 8, everyMs: 20 },
  { call: { tool: 'name', args: { deep: [1, null, { a: 'b' }] } } },
  { call: { tool: 'name' } },
  { parallel: [{ tool: 'a', args: {}, afterMs: 300 }, { tool: 'b' }], listed: false },
  { sleepMs: 500 },
  { exec: { read: '/path' } },
  { usage: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0, reasoning: 0 } },
  { usage: {} },
  { fail: { code: 'resource_exhausted', message: 'm', error: 50, title: 't', retryable: false } },
  { fail: { code: 'internal', message: 'm' } },
  { drop: true },
  { stall: true },
];

describe('parseScenario', () => {
  it.each([
    {},
    { rules: [] },
    { director: 'http://127.0.0.1:9000/path' },
    { director: 'http://localhost:9000' },
    { rules: [{ when: { prompt: 'a.*b', system: '^x$', model: 'id', tool: 'name' }, times: 1, then: STEPS }] },
    { rules: [{ then: [] }] },
  ])('takes %j', (scenario) => {
    expect(parseScenario(JSON.stringify(scenario))).toEqual(scenario);
  });

  it.each<{ text: string; message: RegExp }>([
    { text: '{', message: /not JSON/ },
    { text: '[]', message: /the whole: .*expected object/ },
    { text: '{"rulez":[]}', message: /the whole: .*"rulez"/ },
    { text: '{"rules":[{}]}', message: /rules\[0\]\.then: / },
    { text: '{"rules":[{"then":[],"times":-1}]}', message: /rules\[0\]\.times: / },
    {
      text: '{"rules":[{"then":[],"when":{"prompt":"(("}}]}',
      message: /rules\[0\]\.when\.prompt: .*regular expression/,
    },
    { text: '{"rules":[{"then":[],"when":{"promt":"x"}}]}', message: /rules\[0\]\.when: .*"promt"/ },
    {
      text: '{"rules":[{"then":[{"txt":"x"}]}]}',
      message: /rules\[0\]\.then\[0\]: a step is an object with one of thinking, text,/,
    },
    { text: '{"rules":[{"then":["x"]}]}', message: /rules\[0\]\.then\[0\]: a step is an object/ },
    { text: '{"rules":[{"then":[{"text":"x","everyMS":1}]}]}', message: /rules\[0\]\.then\[0\]: .*"everyMS"/ },
    { text: '{"rules":[{"then":[{"text":"x","chunk":0}]}]}', message: /rules\[0\]\.then\[0\]\.chunk: / },
    {
      text: '{"rules":[{"then":[{"text":"a"},{"text":"b","sleepMs":1}]}]}',
      message: /rules\[0\]\.then\[1\]: .*"sleepMs"/,
    },
    {
      text: '{"rules":[{"then":[{"parallel":[{"tool":"a"},{"tol":"b"}]}]}]}',
      message: /then\[0\]\.parallel\[1\]\.tool: .*then\[0\]\.parallel\[1\]: .*"tol"/,
    },
    {
      text: '{"rules":[{"then":[{"fail":{"code":"nope","message":"m"}}]}]}',
      message: /then\[0\]\.fail\.code: .*"internal"/,
    },
    { text: '{"rules":[{"then":[{"drop":false}]}]}', message: /then\[0\]\.drop: / },
    { text: '{"rules":[{"then":[{"sleepMs":4294967296}]}]}', message: /then\[0\]\.sleepMs: / },
    { text: '{"director":"http://example.com/"}', message: /director: must be an http:\/\/ URL of this machine/ },
    { text: '{"director":"127.0.0.1:80"}', message: /director: must be/ },
    { text: '{"director":"http://127.0.0.1@example.com/"}', message: /director: must be/ },
  ])('refuses $text', ({ text, message }) => {
    const failure = catchError(() => parseScenario(text));
    expect(failure).toBeInstanceOf(GatewayError);
    expect(failure).toMatchObject({ code: 'invalid_request', message: expect.stringMatching(message) });
  });
});

const catchError = (action: () => unknown): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
};
