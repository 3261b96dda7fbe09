import { request as httpRequest } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { Client } from '../../src/core/client.ts';
import { createActivityLog } from '../../src/engine/activity/create-activity-log.ts';
import { createMemoryUsageCounter } from '../../src/storage/memory-usage-counter.ts';
import { runs } from '../fixtures/runs.ts';
import { calls, says } from '../support/answers-rig.ts';
import { createFakeModel } from '../support/fake-model.ts';
import type { Labels } from '../support/read-metrics.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { scrape } from '../support/scrape.ts';
import { openSocketClient } from '../support/socket-client.ts';
import { ACCESS_TOKEN, type AppRequest, CLIENT, startApp } from '../support/start-app.ts';

const REQUESTS = 'portside_requests_total';
const MODEL = 'composer-2.5';
const HELLO = { messages: [{ role: 'user', content: 'Hello' }] };
const AUTHORIZATION = { Authorization: `Bearer ${ACCESS_TOKEN}` };
const never = new Promise<never>(() => {});

const post = (body: object): AppRequest => ({ method: 'POST', body: JSON.stringify(body) });
const play = (steps: readonly RunStep[] | undefined) => createScriptedBackend({ steps: steps ?? [] }).backend;

type App = Awaited<ReturnType<typeof startApp>>;

/** The scrape that has a request counted: it is over only after its client has its answer. */
const untilCounted = async (app: App, labels: Labels, count = 1) => {
  let read = await scrape(app.fetch);
  await expect
    .poll(
      async () => {
        read = await scrape(app.fetch);
        return read.valueOf(REQUESTS, labels);
      },
      { interval: 5, timeout: 5000 },
    )
    .toBe(count);
  return read;
};

/** A request whose `Host` is written by hand. */
const ask = async (
  port: number,
  { method = 'GET', path = '/metrics', headers = {} }: { method?: string; path?: string; headers?: object },
) => {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: object; body: string }>();
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: { ...headers } }, (response) => {
    readText(response).then(
      (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      reject,
    );
  });
  request.on('error', reject);
  request.end();
  return promise;
};

const WIRES: readonly (readonly [protocol: string, route: string, body: object])[] = [
  ['openai-chat', '/v1/chat/completions', HELLO],
  ['openai-chat', '/opencode/v1/chat/completions', HELLO],
  ['openai-completions', '/v1/completions', { prompt: 'Hello' }],
  ['openai-responses', '/v1/responses', { input: 'Hello' }],
  ['anthropic', '/v1/messages', { model: MODEL, max_tokens: 100, ...HELLO }],
  ['ollama', '/api/chat', { model: MODEL, ...HELLO }],
  ['ollama', '/api/generate', { model: MODEL, prompt: 'Hello' }],
];

test.each(WIRES)('%s at %s counts, in both modes', async (protocol, route, body) => {
  await using app = await startApp(play(runs['cached and reasoning tokens']));
  for (const stream of [false, true]) {
    const response = await app.fetch(route, post({ ...body, stream }));
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Ok.')]);
  }
  const read = await untilCounted(app, { protocol, route, status: '200' }, 2);
  expect(read.counted()).toMatchObject({
    [`portside_request_duration_seconds_count{protocol=${protocol}}`]: 2,
    [`portside_time_to_first_delta_seconds_count{protocol=${protocol},model=${MODEL}}`]: 2,
    'portside_conversation_turns_total{kind=new}': 2,
    [`portside_tokens_total{model=${MODEL},kind=input,estimated=false}`]: 30,
    [`portside_tokens_total{model=${MODEL},kind=cached,estimated=false}`]: 200,
    [`portside_tokens_total{model=${MODEL},kind=output,estimated=false}`]: 40,
    [`portside_tokens_total{model=${MODEL},kind=reasoning,estimated=false}`]: 16,
  });
  expect(read.valueOf('portside_cost_usd_total', { model: MODEL })).toBeGreaterThan(0);
  expect(read.valueOf(REQUESTS)).toBe(2);
  expect(read.valueOf('portside_upstream_errors_total')).toBe(0);
});

test('a frame on a WebSocket counts as a request, and its connection while it is open', async () => {
  await using app = await startApp(createFakeModel(says(0, 'Hi')).backend);
  const client = await openSocketClient(`${app.url}/v1/responses`, AUTHORIZATION);
  client.create('Hello');
  await client.untilCount(1, ({ type }) => type === 'response.completed');
  const read = await untilCounted(app, { protocol: 'openai-responses', route: '/v1/responses', status: '200' });
  expect(read.valueOf('portside_websockets_open')).toBe(1);
  client.socket.close();
  await client.closed;
  await expect.poll(async () => (await scrape(app.fetch)).valueOf('portside_websockets_open'), { interval: 5 }).toBe(0);
});

test('a response in the background counts once, when it has ended', async () => {
  const gate = Promise.withResolvers<void>();
  await using app = await startApp(
    play([{ type: 'run-start', runId: 'r', agentId: 'a' }, gate.promise, ...(runs['text'] ?? []).slice(1)]),
  );
  await (await app.fetch('/v1/responses', post({ input: 'Hello', background: true }))).text();
  const labels = { protocol: 'openai-responses', route: '/v1/responses' };
  expect((await scrape(app.fetch)).valueOf(REQUESTS, labels)).toBe(0);
  gate.resolve();
  const read = await untilCounted(app, { ...labels, status: '200' });
  expect(read.valueOf('portside_tokens_total', { kind: 'output' })).toBe(7);
});

test('a run is active while it is answered, and held while it waits for tool results', async () => {
  const look = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };
  await using app = await startApp(createFakeModel(calls(0, [['call-1', 'look']])).backend);
  await (await app.fetch('/v1/chat/completions', post({ ...HELLO, tools: [look] }))).text();
  const names = ['active', 'queued', 'held'].map((name) => `portside_runs_${name}`);
  const read = await scrape(app.fetch);
  expect(names.map((name) => read.valueOf(name))).toEqual([0, 0, 1]);

  await using busy = await startApp(play([{ type: 'run-start', runId: 'r', agentId: 'a' }, never]));
  const abortion = new AbortController();
  const gone = busy
    .fetch('/v1/chat/completions', { ...post(HELLO), signal: abortion.signal })
    .catch((error: unknown) => error);
  await expect.poll(async () => (await scrape(busy.fetch)).valueOf('portside_runs_active'), { interval: 5 }).toBe(1);
  abortion.abort();
  await gone;
  const after = await untilCounted(busy, { status: 'hung_up' });
  expect(after.valueOf('portside_runs_active')).toBe(0);
});

test('a run that fails upstream is told by its code, whatever the wire', async () => {
  await using app = await startApp(play(runs['error before any output']));
  for (const [, route, body] of WIRES) await (await app.fetch(route, post(body))).text();
  const read = await untilCounted(app, { status: '429' }, WIRES.length);
  expect(read.valueOf('portside_upstream_errors_total', { code: 'rate_limited' })).toBe(WIRES.length);
  expect(read.valueOf('portside_upstream_errors_total')).toBe(WIRES.length);
});

test('what an attacker makes up grows no labels', async () => {
  await using app = await startApp(play([]));
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PROPFIND'];
  const flood = async (round: string): Promise<void> => {
    for (let index = 0; index < 60; index += 1) {
      const method = methods[index % methods.length] ?? 'GET';
      const token = index % 2 === 0 ? AUTHORIZATION : { Authorization: `Bearer made-up-${round}-${index}` };
      const places = [`/${round}/${index}`, `/v1/${round}-${index}/models`, `/v1/chat/completions/${round}-${index}`];
      for (const path of places) await ask(app.port, { method, path, headers: token });
      const body = JSON.stringify({ ...HELLO, model: `${round}-${index}` });
      await (await app.fetch('/v1/chat/completions', { method: 'POST', body })).text();
    }
  };
  await flood('round-a');
  await expect.poll(async () => (await scrape(app.fetch)).valueOf(REQUESTS), { interval: 5 }).toBe(240);
  const before = await scrape(app.fetch);
  await flood('round-b');
  await expect.poll(async () => (await scrape(app.fetch)).valueOf(REQUESTS), { interval: 5 }).toBe(480);
  const after = await scrape(app.fetch);
  expect(after.samples.length).toBe(before.samples.length);
  expect(after.text).not.toMatch(/round-|made-up|PROPFIND/);
});

test('requests are counted beside the log of the panel, and questions about the server are not', async () => {
  const activity = createActivityLog({ counter: createMemoryUsageCounter() });
  await using app = await startApp(play(runs['text']), { activity });
  await (await app.fetch('/v1/chat/completions', post(HELLO))).text();
  await (await app.fetch('/health')).text();
  await (await app.fetch('/ready')).text();
  const read = await untilCounted(app, { status: '200' });
  expect(read.valueOf(REQUESTS)).toBe(1);
  expect(activity.list().map(({ path }) => path)).toEqual(['/v1/chat/completions']);
});

describe('a scrape', () => {
  test('is in the text format that it says it is in', async () => {
    await using app = await startApp(play([]));
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
    for (const headers of [{}, { Accept: accept }]) {
      const response = await app.fetch('/metrics', { headers });
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await response.text()).toMatch(/^portside_build_info\{version="0\.0\.0"\} 1$/m);
    }
  });

  test.each([
    ['HEAD', AUTHORIZATION, 200],
    ['POST', AUTHORIZATION, 405],
    ['DELETE', AUTHORIZATION, 405],
    ['POST', {}, 401],
    ['HEAD', {}, 401],
  ])('%s of %j is answered by %i', async (method, headers, status) => {
    await using app = await startApp(play([]));
    const answer = await ask(app.port, { method, headers });
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers).toMatchObject({ allow: 'GET, HEAD' });
    if (method === 'HEAD') expect(answer.body).toBe('');
    if (method === 'HEAD' && status === 200)
      expect(Number(new Headers({ ...answer.headers }).get('content-length'))).toBeGreaterThan(100);
  });

  const ALLOWED = 'host.docker.internal';
  test.each<[name: string, isOpen: boolean, headers: Readonly<Record<string, string>>, status: number]>([
    ['no token', false, {}, 401],
    ['a token', false, AUTHORIZATION, 200],
    ['a token as x-api-key', false, { 'X-Api-Key': ACCESS_TOKEN }, 200],
    ['a wrong token', false, { Authorization: 'Bearer wrong' }, 401],
    ['no token, where none is needed', true, {}, 200],
    ['no token, under another name of this machine', true, { Host: 'localhost:1234' }, 200],
    ['no token, by IPv6', true, { Host: '[::1]:1234' }, 200],
    ['no token, from a container', true, { Host: ALLOWED }, 401],
    ['a token, from a container', true, { Host: ALLOWED, ...AUTHORIZATION }, 200],
    ['no token, under a foreign name', true, { Host: 'rebound.example' }, 403],
    ['no token, passed on by a proxy', true, { 'X-Forwarded-For': '192.0.2.1' }, 401],
    ['no token, passed on by another proxy', true, { Forwarded: 'for=192.0.2.1' }, 401],
    ['a token, passed on by a proxy', true, { 'X-Forwarded-For': '192.0.2.1', ...AUTHORIZATION }, 200],
    ...['Via', 'X-Forwarded-Proto', 'X-Forwarded-Server', 'X-Real-IP', 'CF-Connecting-IP'].map(
      (name): [string, boolean, Readonly<Record<string, string>>, number] => [
        `no token, with ${name}`,
        true,
        { [name]: 'x' },
        401,
      ],
    ),
    ['no token, from a page of this machine', true, { Origin: 'http://localhost:3000' }, 401],
    ['no token, from a foreign page', true, { Origin: 'https://evil.example' }, 403],
    ['no token, from a page without an origin', true, { Origin: 'null' }, 403],
  ])('with %s (open: %s) %j is answered by %i', async (_name, isOpen, headers, status) => {
    await using app = await startApp(play([]), {
      hasOpenMetrics: isOpen,
      network: { allowedHosts: () => [ALLOWED] },
    });
    const answer = await ask(app.port, { headers });
    expect(answer.status).toBe(status);
    expect(answer.body.includes('portside_')).toBe(status === 200);
  });

  test.each<[name: string, limits: Partial<Client>]>([
    ['some models', { models: [MODEL] }],
    ['an account', { account: { type: 'account', name: 'work' }, isAccountFixed: true }],
    ['a key of its own', { account: { type: 'key', apiKey: 'crsr_own' }, isAccountFixed: true }],
  ])('is not for a client that is limited to %s', async (_name, limits) => {
    const authentication = { authenticate: async () => ({ ...CLIENT, ...limits }), noteRefusedKey: () => {} };
    await using app = await startApp(play([]), { authentication });
    const answer = await app.fetch('/metrics');
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('without such limits')]);
  });

  test('that is refused is counted', async () => {
    await using app = await startApp(play([]));
    await ask(app.port, { headers: { Authorization: 'Bearer wrong' } });
    await untilCounted(app, { route: '/metrics', status: '401' });
  });

  test('needs no token only at its own path', async () => {
    await using app = await startApp(play([]), { hasOpenMetrics: true });
    expect((await ask(app.port, { path: '/v1/models' })).status).toBe(401);
    expect((await ask(app.port, { path: '/metrics/more' })).status).toBe(401);
    expect((await ask(app.port, { path: `http://${ALLOWED}/metrics` })).status).toBe(403);
  });
});
