import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/run-event.ts';
import type { RunRequest } from '../../src/core/run-request.ts';
import { runs } from '../fixtures/runs.ts';
import { foldCompletionChunks } from '../support/fold-completion-chunks.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { parseSse } from '../support/parse-sse.ts';
import { createScriptedBackend, toRun } from '../support/scripted-backend.ts';
import { type AppRequest, startApp } from '../support/start-app.ts';

const path = '/v1/completions';
const post = (body: object, headers: Record<string, string> = {}): AppRequest => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers,
});
const scripted = (name: string) => createScriptedBackend({ steps: runs[name] ?? [] });
const readJson = async (response: Response) => JSON.parse(await response.text());
const readText = ({ messages }: RunRequest): string =>
  messages.flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text : ''))).join('');

/** Answers each text with itself in capitals. */
const createShouter = () => {
  const { backend } = createScriptedBackend({});
  return {
    ...backend,
    run: (request: RunRequest) =>
      toRun(async function* (): AsyncGenerator<RunEvent> {
        yield { type: 'run-start', runId: 'r', agentId: 'a' };
        yield { type: 'text-start', id: 't' };
        yield { type: 'text-delta', id: 't', text: readText(request).toUpperCase() };
        yield { type: 'text-end', id: 't' };
        yield { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 };
      }),
  };
};

test('a text is completed, as JSON and as a stream', async () => {
  const { backend, requests } = scripted('text');
  await using app = await startApp(backend);
  const response = await app.fetch(path, post({ prompt: 'Say hello', user: 'u' }));
  const answer = await readJson(response);
  expect([response.status, response.headers.get('x-portside-ignored')]).toEqual([200, 'user']);
  expect(findSchemaErrors('CreateCompletionResponse', answer)).toEqual([]);
  expect(answer).toMatchObject({
    object: 'text_completion',
    model: 'composer-2.5',
    choices: [{ index: 0, text: 'Hello there!', finish_reason: 'stop' }],
    usage: { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 },
  });
  expect(requests[0]).toMatchObject({ systemPrompt: expect.stringContaining('Continue'), tools: [] });
  expect(requests.map(readText)).toEqual(['Say hello']);

  const stream = await app.fetch(
    path,
    post({ prompt: 'Say hello', stream: true, stream_options: { include_usage: true } }),
  );
  const text = await stream.text();
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  expect(foldCompletionChunks(parseSse(text))).toMatchObject({ choices: answer.choices, usage: answer.usage });
});

test('a gap is filled between a prompt and its suffix', async () => {
  const { backend, requests } = scripted('text');
  await using app = await startApp(backend);
  expect((await app.fetch(path, post({ prompt: 'let a = ', suffix: ';\n' }))).status).toBe(200);
  expect(requests[0]?.systemPrompt).toContain('gap');
  expect(requests.map(readText)).toEqual(['<text_before>let a = </text_before>\n<text_after>;\n</text_after>']);
});

test.each([false, true])('each prompt has its own choices, in their order (stream: %s)', async (stream) => {
  await using app = await startApp(createShouter());
  const response = await app.fetch(path, post({ prompt: ['one', 'two'], n: 2, echo: true, stream }));
  const answer = stream ? foldCompletionChunks(parseSse(await response.text())) : await response.json();
  expect(findSchemaErrors('CreateCompletionResponse', answer)).toEqual([]);
  expect(answer).toMatchObject({
    choices: ['oneONE', 'oneONE', 'twoTWO', 'twoTWO'].map((text, index) => ({ index, text, finish_reason: 'stop' })),
  });
});

test.each<[string, object, object]>([
  ['at a stop sequence', { stop: ' there' }, { text: 'Hello', finish_reason: 'stop' }],
  ['at max_tokens', { max_tokens: 1 }, { text: 'Hello', finish_reason: 'length' }],
])('an answer is cut %s', async (_where, fields, choice) => {
  await using app = await startApp(scripted('text').backend);
  const answer = await readJson(await app.fetch(path, post({ prompt: 'Go', ...fields })));
  expect(answer.choices).toMatchObject([choice]);
});

test.each([
  { stream: false, echo: true, texts: ['One', 'One', 'Two', 'Two'] },
  { stream: true, echo: true, texts: ['One', 'One', 'Two', 'Two'] },
  { stream: false, echo: false, texts: ['', '', '', ''] },
])('no tokens at all take no run (stream: $stream, echo: $echo)', async ({ stream, echo, texts }) => {
  const { backend, requests } = scripted('text');
  await using app = await startApp(backend);
  const response = await app.fetch(path, post({ prompt: ['One', 'Two'], n: 2, max_tokens: 0, echo, stream }));
  const answer = stream ? foldCompletionChunks(parseSse(await response.text())) : await response.json();
  expect(findSchemaErrors('CreateCompletionResponse', answer)).toEqual([]);
  expect(answer).toMatchObject({ choices: texts.map((text, index) => ({ index, text, finish_reason: 'length' })) });
  expect(requests).toEqual([]);
});

test('an answer without max_tokens is cut after sixteen, as OpenAI’s are', async () => {
  await using app = await startApp(createShouter());
  const prompt = Array.from({ length: 40 }, (_, index) => `w${index}`).join(' ');
  const { choices } = await readJson(await app.fetch(path, post({ prompt })));
  expect(choices).toMatchObject([{ finish_reason: 'length' }]);
  for (const limit of [500, -1]) {
    const whole = await readJson(await app.fetch(path, post({ prompt, max_tokens: limit })));
    expect(whole.choices).toMatchObject([{ text: prompt.toUpperCase(), finish_reason: 'stop' }]);
  }
});

test('a failure before any output keeps its status, one after it is the last event of the stream', async () => {
  await using early = await startApp(scripted('error before any output').backend);
  const refused = await early.fetch(path, post({ prompt: 'Go', stream: true }));
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { message: 'Slow down.' } }]);
  await using late = await startApp(scripted('error after some output').backend);
  const events = parseSse(await (await late.fetch(path, post({ prompt: 'Go', stream: true }))).text());
  expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ error: { message: 'Cursor ended the stream.' } });
});

test('a named session takes one prompt, and goes on with the next', async () => {
  const { backend, requests } = scripted('text');
  await using app = await startApp(backend);
  const headers = { 'x-cursor-session-id': 'mine' };
  const first = await app.fetch(path, post({ prompt: 'One' }, headers));
  expect([first.headers.get('x-cursor-session-id'), await first.json()]).toMatchObject([
    'mine',
    { cursor_metadata: { session_id: 'mine' } },
  ]);
  await app.fetch(path, post({ prompt: 'Two' }, headers));
  expect(requests).toHaveLength(2);
  const both = await app.fetch(path, post({ prompt: ['One', 'Two'] }, headers));
  expect([both.status, await both.json()]).toMatchObject([400, { error: { param: 'prompt' } }]);
});

test('the path takes POST alone', async () => {
  await using app = await startApp(scripted('text').backend);
  const response = await app.fetch(path);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});
