import { describe, expect, it } from 'vitest';
import type { GatewayErrorCode } from '../../../src/core/error-specs.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import {
  collectRun,
  createTestBackend,
  startSimulatedCursor,
  toAnswerText,
  toRunFailure,
  toRunRequest,
} from '../../support/simulated-cursor.ts';

type Steps = NonNullable<Scenario['rules']>[number]['then'];

describe('a failure of Cursor', () => {
  it('keeps its meaning and its words', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const rows: readonly (readonly [steps: Steps, code: GatewayErrorCode, message: string])[] = [
      [[{ fail: { code: 'resource_exhausted', message: 'out of requests' } }], 'rate_limited', 'out of requests'],
      [
        [
          {
            fail: { code: 'resource_exhausted', message: 'Upgrade', error: 50, title: 'Limit hit.', retryable: false },
          },
        ],
        'rate_limited',
        'Limit hit. Upgrade',
      ],
      [[{ fail: { code: 'unavailable', message: 'overloaded' } }], 'upstream_unavailable', 'overloaded'],
      [[{ fail: { code: 'permission_denied', message: 'not for you' } }], 'permission_denied', 'not for you'],
      [[{ fail: { code: 'invalid_argument', message: 'too many parts' } }], 'invalid_request', 'too many parts'],
      [[{ fail: { code: 'unauthenticated', message: 'expired' } }], 'cursor_sign_in_required', 'expired'],
      [[{ fail: { code: 'deadline_exceeded', message: 'slow' } }], 'timeout', 'slow'],
      [[{ text: 'half' }, { fail: { code: 'internal', message: 'died' } }], 'upstream_error', 'Cursor failed: died'],
      [[{ text: 'half' }, { drop: true }], 'upstream_error', 'Cursor failed'],
    ];
    for (const [steps, code, message] of rows) {
      await cursor.play({ rules: [{ then: [...steps] }] });
      const events = await collectRun(backend, toRunRequest('Hello'));
      const failure = toRunFailure(events);
      expect(failure, JSON.stringify(steps)).toMatchObject({ code, message: expect.stringContaining(message) });
      const hasText = steps.some((step) => 'text' in step);
      expect(toAnswerText(events)).toBe(hasText ? 'half' : '');
      if (!hasText) expect(events).toHaveLength(1);
    }
  });

  it.each([
    ['crsr_invalid_key', 'cursor_sign_in_required', /^CURSOR_API_KEY is invalid/u],
    ['crsr_limited_key', 'rate_limited', /./u],
  ] as const)('with the key %s is %s', async (apiKey, code, message) => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url, apiKey });
    await backend.start();
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello', { apiKey })));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(backend.listModels(apiKey)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await cursor.runs()).toEqual([]);
  });

  it('with an unknown model names the ones there are', async () => {
    const cursor = await startSimulatedCursor();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const model = { id: 'nope', parameters: [] };
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello', { model })));
    expect(failure).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('composer-2.5') });
  });

  it('to be reached is told', async () => {
    const cursor = await startSimulatedCursor();
    await cursor.close();
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure.code).toBe('upstream_error');
  });
});

describe('a second attempt', () => {
  it('heals a session that expired while idle', async () => {
    const cursor = await startSimulatedCursor({
      rules: [
        { times: 1, then: [{ fail: { code: 'unauthenticated', message: 'expired' } }] },
        { then: [{ text: 'Hello.' }] },
      ],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toBe('Hello.');
    expect((await cursor.runs()).map(({ status }) => status)).toEqual(['failed', 'finished']);
  });

  it('is not made once something was given out', async () => {
    const cursor = await startSimulatedCursor({
      rules: [
        { times: 1, then: [{ text: 'half' }, { fail: { code: 'unauthenticated', message: 'expired' } }] },
        { then: [{ text: 'Hello.' }] },
      ],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    expect(toRunFailure(await collectRun(backend, toRunRequest('Hello'))).code).toBe('cursor_sign_in_required');
    expect(await cursor.runs()).toHaveLength(1);
  });

  it('puts a refused system prompt into the message, now and from then on', async () => {
    const message = '--system-prompt is not available to this account';
    const cursor = await startSimulatedCursor({
      rules: [
        { when: { system: '.' }, then: [{ fail: { code: 'invalid_argument', message } }] },
        { then: [{ text: 'Hello.' }] },
      ],
    });
    const { backend } = createTestBackend({ backendUrl: cursor.url });
    await backend.start();
    for (const attempts of [2, 3]) {
      const events = await collectRun(backend, toRunRequest('Hi', { systemPrompt: 'Be nice.' }));
      expect(toAnswerText(events)).toBe('Hello.');
      const runs = await cursor.runs();
      expect(runs).toHaveLength(attempts);
      expect(runs.at(-1)).toMatchObject({ systemPrompt: null, prompt: expect.stringMatching(/Be nice\.[^]*\n\nHi$/u) });
    }
  });
});
