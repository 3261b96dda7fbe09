import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { Model } from '../../src/core/model.ts';
import { runs } from '../fixtures/runs.ts';
import { foldOllamaLines } from '../support/fold-ollama-lines.ts';
import { createScriptedBackend, type RunStep } from '../support/scripted-backend.ts';
import { type AppRequest, CLIENT, startApp, type StartAppOptions } from '../support/start-app.ts';

const MODELS: readonly Model[] = [
  {
    id: 'composer-2.5',
    displayName: 'Composer 2.5',
    aliases: ['composer'],
    parameters: [{ id: 'reasoning', displayName: null, values: ['low', 'high'] }],
  },
  { id: 'plain-1', displayName: 'Plain', aliases: [], parameters: [] },
];

const start = async (script: string | readonly RunStep[] = 'text', options: StartAppOptions = {}) => {
  const steps = typeof script === 'string' ? (runs[script] ?? []) : script;
  const { backend, requests, ended } = createScriptedBackend({ steps, models: MODELS });
  const app = await startApp(backend, options);
  return { ...app, requests, ended };
};
const post = (body: object, headers: Readonly<Record<string, string>> = {}): AppRequest => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers,
});
const CHAT = '/api/chat';
const GENERATE = '/api/generate';
const chat = (fields: object = {}) => ({
  model: 'composer-2.5',
  messages: [{ role: 'user', content: 'Hello' }],
  ...fields,
});
const generate = (fields: object = {}) => ({ model: 'composer-2.5', prompt: 'Hello', ...fields });
const readJson = async (response: Response) => JSON.parse(await response.text());

/** What both forms of an answer have in common, whatever the time. */
const withoutTimes = (answer: object): object =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => !/_duration$|^created_at$/.test(name)));

describe.each([
  { path: CHAT, body: chat, said: { message: { role: 'assistant', content: 'Hello there!' } } },
  { path: GENERATE, body: generate, said: { response: 'Hello there!' } },
])('$path', ({ path, body, said }) => {
  test('streams lines of JSON unless told otherwise', async () => {
    await using app = await start();
    const stream = await app.fetch(path, post(body()));
    const text = await stream.text();
    expect(stream.headers.get('content-type')).toBe('application/x-ndjson');
    expect(text.endsWith('\n')).toBe(true);
    const json = await app.fetch(path, post(body({ stream: false })));
    expect(json.headers.get('content-type')).toMatch(/^application\/json/);
    const answer = await readJson(json);
    expect(answer).toMatchObject({
      model: 'composer-2.5',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      ...said,
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 12,
      eval_count: 7,
    });
    expect(withoutTimes(foldOllamaLines(text))).toEqual(withoutTimes(answer));
    const parts = [answer.load_duration, answer.prompt_eval_duration, answer.eval_duration];
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(answer.total_duration, -2);
  });

  test('a failure keeps its status before any output, and is the last line after it', async () => {
    await using early = await start('error before any output');
    const refused = await early.fetch(path, post(body()));
    expect([refused.status, await refused.json()]).toEqual([429, { error: 'Slow down.' }]);
    await using late = await start('error after some output');
    const lines = (await (await late.fetch(path, post(body()))).text()).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ error: 'Cursor ended the stream.' });
  });

  test('who waits is sent lines of JSON, and nothing else', async () => {
    const gate = Promise.withResolvers<void>();
    await using app = await start([gate.promise, ...(runs['text'] ?? [])], {
      timing: { quietMs: 1, heartbeatMs: 1 },
    });
    const response = await app.fetch(path, post(body()));
    gate.resolve();
    const lines = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ done: false });
    expect([lines[0].message?.content, lines[0].response]).toContain('');
    expect(lines.at(-1)).toMatchObject({ done: true });
  });

  test('a stream is sent again under its key, unless it failed', async () => {
    const headers = { 'Idempotency-Key': 'k' };
    await using app = await start();
    const texts = [];
    for (let count = 0; count < 2; count += 1) {
      texts.push(await (await app.fetch(path, post(body(), headers))).text());
    }
    expect(texts[1]).toBe(texts[0]);
    expect(app.requests).toHaveLength(1);
    await using failing = await start('error after some output');
    for (let count = 0; count < 2; count += 1) await (await failing.fetch(path, post(body(), headers))).text();
    expect(failing.requests).toHaveLength(2);
  });

  test('a client that hangs up cancels its run', async () => {
    const never = new Promise<never>(() => {});
    await using app = await start([...(runs['text'] ?? []).slice(0, 3), never]);
    const controller = new AbortController();
    const response = await app.fetch(path, { ...post(body()), signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    expect(await app.ended).toBe('cancelled');
  });

  test('a tag of a name counts for nothing, and comes back with the answer', async () => {
    await using app = await start();
    const answer = await readJson(await app.fetch(path, post(body({ model: 'composer:latest', stream: false }))));
    expect(answer.model).toBe('composer:latest');
    expect(app.requests[0]?.model.id).toBe('composer-2.5');
  });

  test.each([
    { what: 'what has no effect', fields: { options: { seed: 1 }, truncate: true }, ignored: 'truncate, options.seed' },
    { what: 'a level of a model that has none', fields: { model: 'plain-1', think: 'low' }, ignored: 'think' },
    { what: 'nothing', fields: { think: 'low', keep_alive: '1m' }, ignored: null },
  ])('X-Portside-Ignored names $what', async ({ fields, ignored }) => {
    await using app = await start();
    const response = await app.fetch(path, post(body({ ...fields, stream: false })));
    expect([response.status, response.headers.get('x-portside-ignored')]).toEqual([200, ignored]);
  });

  test.each([
    { think: 'high', parameters: [{ id: 'reasoning', value: 'high' }], isShown: true },
    { think: 'max', parameters: [{ id: 'reasoning', value: 'high' }], isShown: true },
    { think: false, parameters: [{ id: 'reasoning', value: 'low' }], isShown: false },
    { think: true, parameters: [], isShown: true },
    { think: undefined, parameters: [], isShown: true },
  ])('think: $think', async ({ think, parameters, isShown }) => {
    await using app = await start('reasoning then text');
    const text = await (await app.fetch(path, post(body({ think })))).text();
    expect(app.requests[0]?.model.parameters).toEqual(parameters);
    expect(text.includes('"thinking":"The user"')).toBe(isShown);
  });

  test.each([
    { what: 'a stop sequence', options: { stop: [' there'] }, text: 'Hello', reason: 'stop' },
    { what: 'num_predict', options: { num_predict: 1 }, text: 'Hello', reason: 'length' },
  ])('$what cuts the answer', async ({ options, text, reason }) => {
    await using app = await start();
    const answer = await readJson(await app.fetch(path, post(body({ options, stream: false }))));
    expect([answer.message?.content ?? answer.response, answer.done_reason]).toEqual([text, reason]);
  });

  test('a named session goes on', async () => {
    await using app = await start();
    const headers = { 'X-Cursor-Session-ID': 'mine' };
    for (const stream of [false, true]) {
      const response = await app.fetch(path, post(body({ stream }), headers));
      await response.text();
      expect(response.headers.get('x-cursor-session-id')).toBe('mine');
    }
    const sessions = await readJson(await app.fetch('/v1/sessions'));
    expect(JSON.stringify(sessions)).toContain('"mine"');
  });

  test.each([
    { what: 'no model', body: { prompt: 'a' }, status: 400, says: /model/ },
    { what: 'an unknown model', body: body({ model: 'llama3.2' }), status: 404, says: /"llama3\.2" does not exist/ },
    { what: 'log probabilities', body: body({ logprobs: true }), status: 400, says: /logprobs/ },
    { what: 'another format', body: body({ format: 'yaml' }), status: 400, says: /format/ },
  ])('$what is refused in its own form', async ({ body: sent, status, says }) => {
    await using app = await start();
    const response = await app.fetch(path, post(sent));
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringMatching(says) });
    expect(app.requests).toEqual([]);
  });

  test.each([
    { what: 'as curl names it', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, status: 200 },
    { what: 'as text', headers: { 'Content-Type': 'text/plain' }, status: 200 },
    {
      what: 'of a page that could not send it without being asked',
      headers: { Origin: 'http://localhost:3000' },
      status: 200,
    },
    {
      what: 'as text, of a page',
      headers: { 'Content-Type': 'text/plain', Origin: 'http://localhost:3000' },
      status: 415,
    },
    {
      what: 'as a form, of a page that is allowed',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://app.example' },
      status: 415,
    },
    { what: 'of a page elsewhere', headers: { Origin: 'https://evil.example' }, status: 403 },
  ])('JSON $what: $status', async ({ headers, status }) => {
    await using app = await start('text', { network: { allowedOrigins: ['https://app.example'] } });
    const response = await app.fetch(path, post(body({ stream: false }), headers));
    expect(response.status).toBe(status);
    expect(app.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  test('what is no JSON is refused whatever its type', async () => {
    await using app = await start();
    const response = await app.fetch(path, {
      method: 'POST',
      body: 'model=a',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect([response.status, await response.json()]).toEqual([400, { error: expect.stringMatching(/not valid JSON/) }]);
  });
});

test('calls have arguments as objects, in both forms', async () => {
  await using app = await start('two tool calls');
  const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } };
  const answer = await readJson(await app.fetch(CHAT, post(chat({ tools: [tool], stream: false }))));
  expect(answer.message.tool_calls).toMatchObject([
    { id: expect.any(String), function: { index: 0, name: 'get_weather', arguments: expect.any(Object) } },
    { function: { index: 1 } },
  ]);
  expect(answer).toMatchObject({ done: true, done_reason: 'stop' });
  expect(app.requests[0]?.tools).toMatchObject([{ name: 'get_weather' }]);
});

test('images go along with their prompt', async () => {
  await using app = await start();
  const image = 'iVBORw0KGgoAAAA';
  await (await app.fetch(GENERATE, post(generate({ images: [image] })))).text();
  expect(app.requests[0]?.messages).toMatchObject([
    {
      content: [
        { type: 'text', text: 'Hello' },
        { type: 'image', url: `data:image/png;base64,${image}` },
      ],
    },
  ]);
});

test('a gap before a suffix is filled', async () => {
  await using app = await start();
  await (await app.fetch(GENERATE, post(generate({ prompt: 'a', suffix: 'c', system: 'Be kind.' })))).text();
  expect(app.requests[0]?.systemPrompt).toMatch(/^Be kind\.[^]*gap/);
});

describe('what is loaded', () => {
  const listRunning = async (app: Awaited<ReturnType<typeof start>>) =>
    (await readJson(await app.fetch('/api/ps'))).models.map(({ name }: { name: string }) => name);

  test('is what was asked to be, until it is unloaded', async () => {
    await using app = await start();
    expect(await listRunning(app)).toEqual([]);
    for (const [path, body, said] of [
      [CHAT, chat({ messages: [] }), { message: { role: 'assistant', content: '' } }],
      [GENERATE, { model: 'plain-1' }, { response: '' }],
    ] as const) {
      const answer = await readJson(await app.fetch(path, post(body)));
      expect(answer).toEqual({
        model: body.model,
        created_at: expect.any(String),
        ...said,
        done: true,
        done_reason: 'load',
      });
    }
    expect((await listRunning(app)).toSorted()).toEqual(['composer-2.5', 'plain-1']);
    const unloaded = await readJson(await app.fetch(GENERATE, post({ model: 'plain-1', keep_alive: 0 })));
    expect(unloaded).toMatchObject({ done: true, done_reason: 'unload' });
    expect(await listRunning(app)).toEqual(['composer-2.5']);
    expect(app.requests).toEqual([]);
  });

  test('is what answers, by whatever wire, and for some minutes after', async () => {
    const gate = Promise.withResolvers<void>();
    await using app = await start([
      ...(runs['text'] ?? []).slice(0, 3),
      gate.promise,
      ...(runs['text'] ?? []).slice(3),
    ]);
    const response = await app.fetch(
      '/v1/chat/completions',
      post({ messages: [{ role: 'user', content: 'Hi' }], stream: true }),
    );
    expect(await listRunning(app)).toEqual(['composer-2.5']);
    gate.resolve();
    await response.text();
    const { models } = await readJson(await app.fetch('/api/ps'));
    expect(models).toMatchObject([{ name: 'composer-2.5', size: 0, size_vram: 0, context_length: expect.any(Number) }]);
    const left = Date.parse(models[0].expires_at) - Date.now();
    expect(left).toBeGreaterThan(200_000);
    expect(left).toBeLessThanOrEqual(300_000);
  });

  test('does not name what Cursor refused to run', async () => {
    const error = new GatewayError('rate_limited', 'Slow down.').toFailure();
    await using app = await start([{ type: 'run-error', error }]);
    await app.fetch(CHAT, post(chat()));
    expect(await listRunning(app)).toEqual([]);
  });

  test('an unknown model cannot be', async () => {
    await using app = await start();
    expect((await app.fetch(GENERATE, post({ model: 'llama3.2' }))).status).toBe(404);
  });
});

test('models are listed and shown', async () => {
  await using app = await start();
  expect(await readJson(await app.fetch('/api/version'))).toEqual({ version: expect.stringMatching(/^0\.\d+\.\d+$/) });
  const { models } = await readJson(await app.fetch('/api/tags'));
  expect(models.map(({ model }: { model: string }) => model)).toEqual(['composer-2.5', 'plain-1']);
  for (const body of [{ model: 'composer:latest', verbose: true }, { name: 'composer-2.5' }]) {
    const shown = await app.fetch('/api/show', post(body, { 'Content-Type': 'application/x-www-form-urlencoded' }));
    expect([shown.status, shown.headers.get('x-portside-ignored')]).toEqual([
      200,
      'verbose' in body ? 'verbose' : null,
    ]);
    expect(await readJson(shown)).toMatchObject({
      model_info: { 'general.basename': 'Composer 2.5' },
      capabilities: ['completion', 'tools', 'vision', 'insert', 'thinking'],
    });
  }
  const unknown = await app.fetch('/api/show', post({ model: 'llama3.2' }));
  expect([unknown.status, await unknown.json()]).toEqual([404, { error: expect.stringMatching(/llama3\.2/) }]);
});

test('a token for some models sees and uses no others', async () => {
  await using app = await start('text', {
    authentication: {
      authenticate: async () => ({ ...CLIENT, models: ['plain-1'] }),
      noteRefusedKey: () => {},
    },
  });
  const { models } = await readJson(await app.fetch('/api/tags'));
  expect(models).toMatchObject([{ name: 'plain-1' }]);
  expect((await app.fetch('/api/show', post({ model: 'plain-1' }))).status).toBe(200);
  for (const [path, body] of [
    ['/api/show', { model: 'composer-2.5' }],
    [CHAT, chat()],
    [GENERATE, { model: 'composer-2.5' }],
  ] as const) {
    const response = await app.fetch(path, post(body));
    expect([response.status, await response.json()]).toEqual([403, { error: expect.stringMatching(/may not use/) }]);
  }
});

test.each([
  { method: 'POST', path: '/api/embed', says: /embedding/ },
  { method: 'POST', path: '/api/embeddings', says: /embedding/ },
  { method: 'POST', path: '/api/pull', says: /^\/api\/pull .*Cursor's/ },
  { method: 'POST', path: '/api/push', says: /Cursor's/ },
  { method: 'POST', path: '/api/create', says: /Cursor's/ },
  { method: 'POST', path: '/api/copy', says: /Cursor's/ },
  { method: 'DELETE', path: '/api/delete', says: /Cursor's/ },
  { method: 'POST', path: '/api/blobs/sha256:00', says: /Cursor's/ },
])('$method $path is refused with the reason', async ({ method, path, says }) => {
  await using app = await start();
  const response = await app.fetch(path, { method, body: '{"model":"m"}' });
  expect([response.status, await response.json()]).toEqual([501, { error: expect.stringMatching(says) }]);
});

test('embeddings are refused in OpenAI’s form on its path', async () => {
  await using app = await start();
  const response = await app.fetch('/v1/embeddings', post({ model: 'm', input: 'a' }));
  expect([response.status, response.headers.get('x-should-retry')]).toEqual([501, 'false']);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(/no embedding models/) } });
});

test.each([
  { method: 'HEAD', path: '/api/version', status: 200, allow: null },
  { method: 'HEAD', path: '/api/tags', status: 200, allow: null },
  { method: 'HEAD', path: '/api/blobs/sha256:00', status: 501, allow: null },
  { method: 'POST', path: '/api/tags', status: 405, allow: 'GET, HEAD' },
  { method: 'POST', path: '/api/ps', status: 405, allow: 'GET, HEAD' },
  { method: 'GET', path: '/api/chat', status: 405, allow: 'POST' },
  { method: 'GET', path: '/api/show', status: 405, allow: 'POST' },
  { method: 'POST', path: '/api/delete', status: 405, allow: 'DELETE' },
  { method: 'GET', path: '/api/blobs/sha256:00', status: 405, allow: 'HEAD, POST' },
  { method: 'GET', path: '/v1/embeddings', status: 405, allow: 'POST' },
  { method: 'POST', path: '/api/me', status: 404, allow: null },
])('$method $path: $status', async ({ method, path, status, allow }) => {
  await using app = await start();
  const response = await app.fetch(path, { method });
  await response.text();
  expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
});

test.each(['/api/version', '/api/tags', CHAT])('%s wants a token, and says how to send one', async (path) => {
  await using app = await start();
  const response = await app.fetch(path, { headers: { Authorization: '' } });
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Portside"']);
  expect(await response.json()).toEqual({
    error: expect.stringMatching(/Authorization: Bearer <token>.*portside\.requireToken/),
  });
});
