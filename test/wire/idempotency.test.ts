import { request as rawRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/run-event.ts';
import { runs } from '../fixtures/runs.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { ACCESS_TOKEN, type AppRequest, startApp } from '../support/start-app.ts';

const CHAT = '/v1/chat/completions';
const steps = runs['text'] ?? [];
const failure: RunEvent = { type: 'run-error', error: { code: 'upstream_error', message: 'Cursor is down.' } };

const toBody = (isStream: boolean): string =>
  JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], stream: isStream, temperature: 0 });

const ask = (isStream: boolean, key = 'key-1', headers: Readonly<Record<string, string>> = {}): AppRequest => ({
  method: 'POST',
  body: toBody(isStream),
  headers: { 'Idempotency-Key': key, ...headers },
});

const read = async (response: Response) => ({
  status: response.status,
  isReplayed: response.headers.get('idempotent-replayed'),
  type: response.headers.get('content-type'),
  ignored: response.headers.get('x-portside-ignored'),
  requestId: response.headers.get('x-request-id'),
  body: await response.text(),
});

const start = async (script: readonly RunStep[] = steps) => {
  const { backend, requests, ended } = createScriptedBackend({ steps: script });
  const app = await startApp(backend);
  return { app, requests, ended, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

describe.each([
  ['JSON', false],
  ['a stream', true],
])('%s', (_name, isStream) => {
  test('is sent again to the same request', async () => {
    await using started = await start();
    const first = await read(await started.app.fetch(CHAT, ask(isStream)));
    const second = await read(await started.app.fetch(CHAT, ask(isStream)));
    expect(first).toMatchObject({ status: 200, isReplayed: null, ignored: 'temperature' });
    expect(second).toEqual({
      ...first,
      isReplayed: 'true',
      requestId: expect.not.stringMatching(first.requestId ?? ''),
    });
    expect(started.requests).toHaveLength(1);
  });

  test('is waited for while it is under way', async () => {
    const gate = Promise.withResolvers<void>();
    await using started = await start([gate.promise, ...steps]);
    const both = [started.app.fetch(CHAT, ask(isStream)), started.app.fetch(CHAT, ask(isStream))];
    await expect.poll(() => started.requests.length).toBe(1);
    gate.resolve();
    const [first, second] = await Promise.all((await Promise.all(both)).map(read));
    expect(second?.body).toBe(first?.body);
    expect(new Set([first?.isReplayed, second?.isReplayed])).toEqual(new Set([null, 'true']));
    expect(started.requests).toHaveLength(1);
  });

  test.each<[name: string, script: readonly RunStep[]]>([
    ['before any output', [failure]],
    ['after some output', runs['error after some output'] ?? []],
  ])('that failed %s is not kept', async (_when, script) => {
    await using started = await start(script);
    const answers = await Promise.all([1, 2, 3].map(async () => read(await started.app.fetch(CHAT, ask(isStream)))));
    for (const answer of answers) expect(answer).toMatchObject({ isReplayed: null });
    expect(answers.map(({ body }) => body.includes('"error"'))).toEqual([true, true, true]);
    expect(started.requests).toHaveLength(3);
  });

  test('whose client hung up is not kept', async () => {
    const gate = Promise.withResolvers<void>();
    await using started = await start([gate.promise, ...steps]);
    const impatience = new AbortController();
    const first = started.app.fetch(CHAT, { ...ask(isStream), signal: impatience.signal });
    await expect.poll(() => started.requests.length).toBe(1);
    const second = started.app.fetch(CHAT, ask(isStream));
    impatience.abort();
    await expect(first).rejects.toThrow('abort');
    await expect.poll(() => started.requests.length).toBe(2);
    gate.resolve();
    expect(await read(await second)).toMatchObject({ status: 200, isReplayed: null });
    expect(await read(await started.app.fetch(CHAT, ask(isStream)))).toMatchObject({ isReplayed: 'true' });
  });
});

test('a client that waits and hangs up starts nothing', async () => {
  const gate = Promise.withResolvers<void>();
  await using started = await start([gate.promise, failure]);
  const first = started.app.fetch(CHAT, ask(false));
  await expect.poll(() => started.requests.length).toBe(1);
  const third = started.app.fetch(CHAT, ask(false));
  const headers = { Authorization: `Bearer ${ACCESS_TOKEN}`, 'X-Request-ID': 'impatient', ...ask(false).headers };
  const second = rawRequest(`${started.app.url}${CHAT}`, { method: 'POST', headers }).on('error', () => {});
  second.end(toBody(false), () => second.destroy());
  await expect.poll(() => started.app.logger.lines.join('\n')).toMatch(/hung up .*impatient/);
  gate.resolve();
  expect([(await first).status, (await third).status]).toEqual([502, 502]);
  expect(started.requests).toHaveLength(2);
});

describe('another request under the same key is answered by itself', () => {
  test.each<[name: string, path: string, request: AppRequest]>([
    ['another body', CHAT, { ...ask(false), body: '{"messages":[{"role":"user","content":"Hello!"}]}' }],
    ['the same JSON in other bytes', CHAT, { ...ask(false), body: ` ${toBody(false)}` }],
    ['a stream', CHAT, ask(true)],
    ['another path', `${CHAT}?x=1`, ask(false)],
    ['another session', CHAT, ask(false, 'key-1', { 'X-Cursor-Session-ID': 's' })],
    ['another affinity', CHAT, ask(false, 'key-1', { 'x-session-affinity': 's' })],
    ['another key', CHAT, ask(false, 'key-2')],
  ])('%s', async (name, path, request) => {
    await using started = await start();
    const { app, requests } = started;
    await app.fetch(CHAT, ask(false));
    expect(await read(await app.fetch(path, request))).toMatchObject({ status: 200, isReplayed: null });
    expect(requests).toHaveLength(2);
    if (name.includes('session')) return;
    // The key is the last request's now.
    expect(await read(await app.fetch(path, request))).toMatchObject({ isReplayed: 'true' });
    const replayed = name === 'another key' ? 'true' : null;
    expect(await read(await app.fetch(CHAT, ask(false)))).toMatchObject({ isReplayed: replayed });
  });
});

test('a request without a key is answered anew', async () => {
  await using started = await start();
  const request = { method: 'POST', body: toBody(false) };
  const answers = [await started.app.fetch(CHAT, request), await started.app.fetch(CHAT, request)];
  expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, null]);
  expect(started.requests).toHaveLength(2);
});

test.each([
  ['', 400],
  ['x'.repeat(255), 200],
  ['x'.repeat(256), 400],
])('the key %j gets %i', async (key, status) => {
  await using started = await start();
  expect((await started.app.fetch(CHAT, ask(false, key))).status).toBe(status);
});
