import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DailyUsage } from '../../src/core/daily-usage.ts';
import type { ActivityChange, RequestDetail } from '../../src/core/request-activity.ts';
import { createActivityLog } from '../../src/engine/activity/create-activity-log.ts';
import { runs } from '../fixtures/runs.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { ACCESS_TOKEN, type AppRequest, startApp } from '../support/start-app.ts';

const CHAT = '/v1/chat/completions';
const never = new Promise<never>(() => {});
const OPEN: readonly RunStep[] = [
  { type: 'run-start', runId: 'r', agentId: 'a' },
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', text: 'Half' },
];

const post = (body: object = {}, headers: Readonly<Record<string, string>> = {}): AppRequest => ({
  method: 'POST',
  headers,
  body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body }),
});

const createLog = (maxRequests?: number) => {
  const counted: object[] = [];
  const today: DailyUsage = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const log = createActivityLog({
    counter: { add: (request) => counted.push(request), readDay: () => today, close: () => {} },
    ...(maxRequests !== undefined && { maxRequests }),
  });
  const changes: ActivityChange[] = [];
  log.onDidChange((change) => changes.push(change));
  const last = (): RequestDetail => {
    const detail = log.find(log.list().at(-1)?.id ?? 0);
    if (detail === null) throw new Error('There is no request.');
    return detail;
  };
  return {
    log,
    counted,
    changes,
    last,
    untilOver: () => expect.poll(() => last().outcome, { interval: 5 }).not.toBe('running'),
  };
};

const play = (steps: readonly RunStep[]) => createScriptedBackend({ steps }).backend;

test.each([
  ['streamed', true],
  ['in one piece', false],
])('an answer %s is written down from its arrival to its end', async (_name, stream) => {
  const activity = createLog();
  await using app = await startApp(play(runs['text'] ?? []), { activity: activity.log });
  const headers = { 'User-Agent': 'OpenAI/JS 7.57.0', 'X-Request-ID': 'mine', 'X-Api-Key': ACCESS_TOKEN };
  await (await app.fetch(`${CHAT}?secret=1`, post({ stream }, headers))).text();
  await activity.untilOver();
  const detail = activity.last();
  expect(detail).toMatchObject({
    requestId: 'mine',
    method: 'POST',
    path: CHAT,
    client: 'OpenAI/JS 7.57.0',
    protocol: 'openai-chat',
    tokenName: 'test',
    model: 'composer-2.5',
    isStream: stream,
    outcome: 'succeeded',
    status: 200,
    errorCode: null,
    finishReason: 'stop',
    conversation: 'new',
    canCancel: false,
    capture: null,
  });
  expect(detail.marks.map(({ mark }) => mark)).toEqual([
    'authenticated',
    'read',
    'placed',
    'admitted',
    'run-started',
    'first-delta',
    'ended',
  ]);
  expect(detail.usage).not.toBeNull();
  expect(detail.durationMs).toBeGreaterThanOrEqual(detail.firstDeltaMs ?? Infinity);
  expect(activity.counted).toEqual([{ model: 'composer-2.5', usage: detail.usage, costUsd: detail.costUsd }]);
  expect(JSON.stringify(detail)).not.toContain(ACCESS_TOKEN);
  expect(Object.fromEntries(detail.responseHeaders)).toMatchObject({ 'x-portside-conversation': 'new' });
});

test.each<[string, string, AppRequest, object]>([
  [
    'a wrong token',
    CHAT,
    { ...post({}, { Authorization: 'Bearer wrong' }) },
    { status: 401, errorCode: 'client_token_invalid', tokenName: null },
  ],
  [
    'a body that is not JSON',
    CHAT,
    { method: 'POST', body: '{' },
    { status: 400, errorCode: 'invalid_json', tokenName: 'test' },
  ],
  [
    'a foreign page',
    '/v1/models',
    { headers: { Origin: 'https://evil.example' } },
    { status: 403, protocol: 'models' },
  ],
  ['nothing there', '/v2/x', {}, { status: 404, errorCode: 'not_found', protocol: null }],
])('%s is a failed request', async (_name, path, request, expected) => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  await (await app.fetch(path, request)).text();
  await activity.untilOver();
  expect(activity.last()).toMatchObject({ outcome: 'failed', model: null, ...expected });
  expect(activity.last().errorMessage).not.toBe('');
  expect(activity.counted).toEqual([]);
});

test('a stream that fails half-way is a failed request with status 200', async () => {
  const activity = createLog();
  await using app = await startApp(play(runs['error after some output'] ?? []), { activity: activity.log });
  await (await app.fetch(CHAT, post({ stream: true }))).text();
  await activity.untilOver();
  expect(activity.last()).toMatchObject({ outcome: 'failed', status: 200, errorCode: 'upstream_error' });
});

test('a client that hangs up has cancelled its request', async () => {
  const activity = createLog();
  await using app = await startApp(play([...OPEN, never]), { activity: activity.log });
  const response = await app.fetch(CHAT, post({ stream: true }));
  await response.body?.cancel();
  await activity.untilOver();
  expect(activity.last()).toMatchObject({ outcome: 'cancelled', status: 200 });
});

test('health checks are not written down', async () => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  await (await app.fetch('/health')).text();
  await (await app.fetch('/v1/models')).text();
  expect(activity.log.list().map(({ path }) => path)).toEqual(['/v1/models']);
});

test.each([
  ['a stream', true, OPEN],
  ['an answer in one piece', false, OPEN],
  ['a stream before any output', true, OPEN.slice(0, 1)],
])('the user cancels %s, and its client is told', async (_name, stream, steps) => {
  const activity = createLog();
  const { backend, ended } = createScriptedBackend({ steps: [...steps, never] });
  await using app = await startApp(backend, { activity: activity.log });
  const answer = app.fetch(CHAT, post({ stream })).then(async (response) => [response.status, await response.text()]);
  await expect.poll(() => activity.log.list()[0]?.canCancel, { interval: 5 }).toBe(true);
  await expect.poll(() => activity.last().marks.some(({ mark }) => mark === 'run-started'), { interval: 5 }).toBe(true);
  expect(activity.log.cancel(activity.last().id)).toBe(true);
  const [status, text] = await answer;
  expect(String(text)).toContain('"code":"request_cancelled"');
  expect(String(text)).toContain('"type":"invalid_request_error"');
  expect(status).toBe(stream && steps === OPEN ? 200 : 400);
  expect(await ended).toBe('cancelled');
  await activity.untilOver();
  expect(activity.last()).toMatchObject({ outcome: 'cancelled', canCancel: false, errorCode: 'request_cancelled' });
  expect(activity.log.cancel(activity.last().id)).toBe(false);
});

test.each([
  ['streamed', true],
  ['in one piece', false],
])('what is said is kept only where capture is on: %s', async (_name, stream) => {
  const activity = createLog();
  await using app = await startApp(play(runs['text'] ?? []), { activity: activity.log });
  const ask = async (): Promise<RequestDetail> => {
    await (await app.fetch(CHAT, post({ stream }))).text();
    await activity.untilOver();
    return activity.last();
  };
  expect((await ask()).capture).toBeNull();
  activity.log.setCapturing(true);
  const captured = await ask();
  expect(JSON.parse(captured.capture?.requestBody ?? '')).toMatchObject({ stream });
  expect(captured.capture?.answerText).not.toBe('');
  if (stream) expect(captured.capture?.responseBody).toBeNull();
  else expect(JSON.parse(captured.capture?.responseBody ?? '')).toMatchObject({ object: 'chat.completion' });
  const told = activity.changes.flatMap((change) => (change.type === 'answer-text' ? [change.text] : []));
  expect(told.join('')).toBe(captured.capture?.answerText);
  activity.log.setCapturing(false);
  expect(activity.log.find(captured.id)?.capture).toBeNull();
  expect((await ask()).capture).toBeNull();
});

test('the oldest requests go, those under way do not', async () => {
  const activity = createLog(3);
  await using app = await startApp(play([...OPEN, never]), { activity: activity.log });
  const running = await app.fetch(CHAT, post({ stream: true }));
  for (let count = 0; count < 5; count += 1) await (await app.fetch('/v1/models')).text();
  expect(activity.log.list().map(({ id }) => id)).toEqual([1, 5, 6]);
  activity.log.clear();
  expect(activity.log.list().map(({ id, outcome }) => [id, outcome])).toEqual([[1, 'running']]);
  await running.body?.cancel();
});

test('switching capture off ends it for an answer under way', async () => {
  const activity = createLog();
  const gate = Promise.withResolvers<void>();
  const steps: RunStep[] = [...OPEN, gate.promise, { type: 'text-delta', id: 't', text: 'after' }, never];
  await using app = await startApp(play(steps), { activity: activity.log });
  activity.log.setCapturing(true);
  const response = await app.fetch(CHAT, post({ stream: true }));
  await expect.poll(() => activity.last().capture?.answerText, { interval: 5 }).toBe('Half');
  activity.log.setCapturing(false);
  gate.resolve();
  let received = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    received += text;
    if (received.includes('after')) break;
  }
  expect(activity.changes.flatMap((change) => (change.type === 'answer-text' ? [change.text] : []))).toEqual(['Half']);
  expect(activity.last().capture).toBeNull();
});

test('a request that is over before its answer begins stays over', async () => {
  const activity = createLog();
  const models = Promise.withResolvers<void>();
  const backend = {
    ...play([]),
    async listModels() {
      await models.promise;
      return [];
    },
  };
  await using app = await startApp(backend, { activity: activity.log });
  const controller = new AbortController();
  const answer = app.fetch(CHAT, { ...post(), signal: controller.signal }).catch(() => null);
  await expect.poll(() => activity.log.list()[0]?.canCancel, { interval: 5 }).toBe(true);
  controller.abort();
  await answer;
  await activity.untilOver();
  const over = activity.last();
  models.resolve();
  await (await app.fetch('/v1/models')).text();
  expect(activity.log.find(over.id)).toEqual(over);
  expect(activity.log.cancel(over.id)).toBe(false);
});

test('a request is cancelled while it waits for its answer to begin', async () => {
  const activity = createLog();
  const models = Promise.withResolvers<void>();
  const backend = {
    ...play(runs['text'] ?? []),
    async listModels() {
      await models.promise;
      return [];
    },
  };
  await using app = await startApp(backend, { activity: activity.log });
  const answer = app.fetch(CHAT, post());
  await expect.poll(() => activity.log.list()[0]?.canCancel, { interval: 5 }).toBe(true);
  activity.log.cancel(activity.last().id);
  models.resolve();
  expect((await answer).status).toBe(400);
  await activity.untilOver();
  expect(activity.last()).toMatchObject({ outcome: 'cancelled', errorCode: 'request_cancelled' });
  expect(activity.counted).toEqual([]);
});

test('refused strangers do not push the others out of the list', async () => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  for (let count = 0; count < 70; count += 1) {
    await (await app.fetch('/v1/models', { headers: { Origin: 'https://evil.example' } })).text();
  }
  await (await app.fetch('/v1/models')).text();
  expect(activity.log.list().filter(({ outcome }) => outcome === 'failed')).toHaveLength(60);
  expect(activity.log.list().at(-1)).toMatchObject({ id: 71, outcome: 'succeeded' });
  expect(activity.log.findSummary(65)).toBeNull();
});

test('what came since a moment is listed', async () => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  await (await app.fetch('/v1/models')).text();
  await activity.untilOver();
  const { startedAt } = activity.last();
  expect(activity.log.listSince(startedAt)).toEqual(activity.log.list());
  expect(activity.log.listSince(startedAt + 1)).toEqual([]);
});

test('what is written down of no use is, where it was refused', async () => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  const ask = async (path: string, init: RequestInit = {}) => await (await fetch(`${app.url}${path}`, init)).text();
  await ask('/');
  await ask('/health/');
  await ask('/READY');
  await ask('/Docs/Icon.svg');
  await ask('/metrics', { headers: { Authorization: 'Bearer wrong' } });
  await ask('/docs', { headers: { Origin: 'https://evil.example' } });
  await ask('/docs/guess', { headers: { 'X-Api-Key': 'wrong' } });
  await activity.untilOver();
  const rows = activity.log.list().map(({ path, status, errorCode }) => [path, status, errorCode]);
  expect(rows).toEqual([
    ['/metrics', 401, 'client_token_invalid'],
    ['/docs', 403, 'permission_denied'],
    ['/docs/guess', 401, 'client_token_invalid'],
  ]);
});

test('a WebSocket that is refused is written down', async () => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  const token = `portside_${'A'.repeat(43)}`;
  for (const path of ['/v1/responses', `/v1/${token}`]) {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}${path}`);
    await new Promise((resolve) => {
      socket.once('error', resolve);
    });
  }
  expect(
    activity.log
      .list()
      .map(({ path, protocol, status, errorCode, outcome }) => [path, protocol, status, errorCode, outcome]),
  ).toEqual([
    ['/v1/responses', 'openai-responses', 401, 'client_token_invalid', 'failed'],
    ['/v1/[redacted]', null, 401, 'client_token_invalid', 'failed'],
  ]);
});

test.each([
  ['/V1/Chat/Completions/', 'openai-chat'],
  ['/v1/completions/', 'openai-completions'],
  ['/v1/Responses/', 'openai-responses'],
  ['/V1/messages', 'anthropic'],
  ['/API/chat', 'ollama'],
  ['/v1/Models/', 'models'],
  ['/v1/sessions/s1/', 'sessions'],
  ['/v1/else', null],
])('%s is a request of %s', async (path, protocol) => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  await (await fetch(`${app.url}${path}`)).text();
  expect(activity.log.list().map((request) => request.protocol)).toEqual([protocol]);
});

test('a path shows no secret, also not a part of one, nor does what is said of it', async () => {
  const activity = createLog();
  await using app = await startApp(play([]), { activity: activity.log });
  const token = `portside_${'A'.repeat(43)}`;
  const path = `/v1/${'x'.repeat(170)}/${token}`;
  const answer = await (await app.fetch(path)).text();
  await (await app.fetch(`/v1/models/${token}`, { method: 'PATCH' })).text();
  await activity.untilOver();
  expect(activity.log.list().map((request) => request.path)).toEqual([
    path.replace(token, '[redacted]'),
    '/v1/models/[redacted]',
  ]);
  expect(answer).toContain('[redacted]');
  expect(JSON.stringify(activity.log.list().map(({ id }) => activity.log.find(id)))).not.toContain('portside_A');
});
