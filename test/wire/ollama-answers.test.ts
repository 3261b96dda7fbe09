import { describe, expect, test } from 'vitest';
import { runs } from '../fixtures/runs.ts';
import { foldOllamaLines } from '../support/fold-ollama-lines.ts';
import { CHAT, chat, GENERATE, generate, post, readJson, startOllama } from '../support/start-ollama.ts';

/** What both forms of an answer have in common, whatever the time. */
const withoutTimes = (answer: object): object =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => !/_duration$|^created_at$/.test(name)));

describe.each([
  { path: CHAT, body: chat, said: { message: { role: 'assistant', content: 'Hello there!' } } },
  { path: GENERATE, body: generate, said: { response: 'Hello there!' } },
])('$path', ({ path, body, said }) => {
  test('streams lines of JSON unless told otherwise', async () => {
    await using app = await startOllama();
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
    const parts: number[] = [answer.load_duration, answer.prompt_eval_duration, answer.eval_duration];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(answer.total_duration, -2);
  });

  test('a failure keeps its status before any output, and is the last line after it', async () => {
    await using early = await startOllama('error before any output');
    const refused = await early.fetch(path, post(body()));
    expect([refused.status, await refused.json()]).toEqual([429, { error: 'Slow down.' }]);
    await using late = await startOllama('error after some output');
    const lines = (await (await late.fetch(path, post(body()))).text()).trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ error: 'Cursor ended the stream.' });
  });

  test('who waits is sent lines of JSON, and nothing else', async () => {
    const gate = Promise.withResolvers<void>();
    await using app = await startOllama([gate.promise, ...(runs['text'] ?? [])], {
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
    await using app = await startOllama();
    const texts = [];
    for (let count = 0; count < 2; count += 1) {
      texts.push(await (await app.fetch(path, post(body(), headers))).text());
    }
    expect(texts[1]).toBe(texts[0]);
    expect(app.requests).toHaveLength(1);
    await using failing = await startOllama('error after some output');
    for (let count = 0; count < 2; count += 1) await (await failing.fetch(path, post(body(), headers))).text();
    expect(failing.requests).toHaveLength(2);
  });

  test('a client that hangs up cancels its run', async () => {
    const never = new Promise<never>(() => {});
    await using app = await startOllama([...(runs['text'] ?? []).slice(0, 3), never]);
    const controller = new AbortController();
    const response = await app.fetch(path, { ...post(body()), signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    expect(await app.ended).toBe('cancelled');
  });

  test('a tag of a name counts for nothing, and comes back with the answer', async () => {
    await using app = await startOllama();
    const answer = await readJson(await app.fetch(path, post(body({ model: 'composer:latest', stream: false }))));
    expect(answer.model).toBe('composer:latest');
    expect(app.requests[0]?.model.id).toBe('composer-2.5');
  });

  test.each([
    { what: 'what has no effect', fields: { options: { seed: 1 }, truncate: true }, ignored: 'truncate, options.seed' },
    { what: 'a level of a model that has none', fields: { model: 'plain-1', think: 'low' }, ignored: 'think' },
    { what: 'nothing', fields: { think: 'low', keep_alive: '1m' }, ignored: null },
  ])('X-Portside-Ignored names $what', async ({ fields, ignored }) => {
    await using app = await startOllama();
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
    await using app = await startOllama('reasoning then text');
    const text = await (await app.fetch(path, post(body({ think })))).text();
    expect(app.requests[0]?.model.parameters).toEqual(parameters);
    expect(text.includes('"thinking":"The user"')).toBe(isShown);
  });

  test.each([
    { what: 'a stop sequence', options: { stop: [' there'] }, text: 'Hello', reason: 'stop' },
    { what: 'num_predict', options: { num_predict: 1 }, text: 'Hello', reason: 'length' },
  ])('$what cuts the answer', async ({ options, text, reason }) => {
    await using app = await startOllama();
    const answer = await readJson(await app.fetch(path, post(body({ options, stream: false }))));
    expect([answer.message?.content ?? answer.response, answer.done_reason]).toEqual([text, reason]);
  });

  test('a named session goes on', async () => {
    await using app = await startOllama();
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
    await using app = await startOllama();
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
    await using app = await startOllama('text', { network: { allowedOrigins: ['https://app.example'] } });
    const response = await app.fetch(path, post(body({ stream: false }), headers));
    expect(response.status).toBe(status);
    expect(app.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  test('what is no JSON is refused whatever its type', async () => {
    await using app = await startOllama();
    const response = await app.fetch(path, {
      method: 'POST',
      body: 'model=a',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect([response.status, await response.json()]).toEqual([400, { error: expect.stringMatching(/not valid JSON/) }]);
  });
});
