import { describe, expect, it } from 'vitest';
import { type Meddling, startMeddlingProxy } from '../../support/meddling-proxy.ts';
import {
  collectRun,
  createTestBackend,
  startSimulatedCursor,
  toAnswerText,
  toRunFailure,
  toRunRequest,
} from '../../support/simulated-cursor.ts';

const refusal: Meddling = { status: 401, body: JSON.stringify({ error: { code: 'unauthorized', message: 'Nope.' } }) };

const meddle = async () => {
  const cursor = await startSimulatedCursor();
  return { cursor, proxy: await startMeddlingProxy(cursor.url) };
};

describe('a failed key exchange, which the SDK keeps and repeats', () => {
  it('is healed for the next run', async () => {
    const { proxy } = await meddle();
    proxy.meddle((path) => (path.startsWith('/auth/') ? refusal : 'pass'));
    const { backend } = createTestBackend({ backendUrl: proxy.url });
    await backend.start();
    expect(toRunFailure(await collectRun(backend, toRunRequest('Hello'))).message).toContain('Nope.');
    proxy.meddle(() => 'pass');
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toContain('Hello');
  });

  it('is tried once more in the same run', async () => {
    const { proxy, cursor } = await meddle();
    const { backend } = createTestBackend({ backendUrl: proxy.url });
    await backend.start();
    await collectRun(backend, toRunRequest('Hello'));
    // A session that has expired makes the SDK ask for a new token, which is refused once.
    const refused: string[] = [];
    proxy.meddle((path) => {
      const expected = ['RunSSE', 'exchange_user_api_key'][refused.length];
      if (expected === undefined || !path.includes(expected)) return 'pass';
      refused.push(path);
      return refusal;
    });
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toContain('Hello');
    expect(refused).toHaveLength(2);
    expect((await cursor.runs()).at(-1)?.status).toBe('finished');
  });

  it('is told as what it is where the key has become invalid', async () => {
    const { proxy } = await meddle();
    const { backend } = createTestBackend({ backendUrl: proxy.url });
    await backend.start();
    await collectRun(backend, toRunRequest('Hello'));
    proxy.meddle((path) => (/^\/auth\/|^\/v1\/|RunSSE/u.test(path) ? refusal : 'pass'));
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure).toMatchObject({
      code: 'cursor_sign_in_required',
      message: expect.stringMatching(/^CURSOR_API_KEY is invalid/u),
    });
  });
});

describe('a call of the SDK that never comes back', () => {
  it.each([
    ['create', 'GetUserPrivacyMode'],
    ['send', 'GetServerConfig'],
  ])('in %s ends the run with a timeout, and the child is replaced', async (_, call) => {
    const { proxy } = await meddle();
    proxy.meddle((path) => (path.includes(call) ? 'hang' : 'pass'));
    const { backend, processId } = createTestBackend({
      backendUrl: proxy.url,
      timeouts: { createMs: 1_000, sendMs: 1_000, pingIntervalMs: 50 },
    });
    await backend.start();
    const first = processId();
    const failure = toRunFailure(await collectRun(backend, toRunRequest('Hello')));
    expect(failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('1 s') });
    proxy.meddle(() => 'pass');
    await expect.poll(() => processId(), { timeout: 10_000 }).not.toBe(first);
    expect(toAnswerText(await collectRun(backend, toRunRequest('Hello')))).toContain('Hello');
  });
});
