import { expect, test } from 'vitest';
import type { RunStep } from '../support/scripted-backend.ts';
import { CHAT, chat, GENERATE, generate, post, readJson, startOllama } from '../support/start-ollama.ts';

test('calls have arguments as objects, in both forms', async () => {
  await using app = await startOllama('two tool calls');
  const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } };
  const answer = await readJson(await app.fetch(CHAT, post(chat({ tools: [tool], stream: false }))));
  expect(answer.message.tool_calls).toMatchObject([
    { id: expect.any(String), function: { index: 0, name: 'get_weather', arguments: expect.any(Object) } },
    { function: { index: 1 } },
  ]);
  expect(answer).toMatchObject({ done: true, done_reason: 'stop' });
  expect(app.requests[0]?.tools).toMatchObject([{ name: 'get_weather' }]);
});

test('a tool of any name is called by it', async () => {
  const name = 'web.search of the client';
  const tool = { type: 'function', function: { name, parameters: { type: 'object' } } };
  const steps: RunStep[] = [
    { type: 'run-start', runId: 'r', agentId: 'a' },
    { type: 'tool-call', id: 'call_1', name: 'web_search_of_the_client', arguments: '{}' },
    { type: 'run-end', finishReason: 'tool_calls', usage: null, durationMs: 1 },
  ];
  await using app = await startOllama(steps);
  for (const stream of [false, true]) {
    const text = await (await app.fetch(CHAT, post(chat({ tools: [tool], stream })))).text();
    expect(text).toContain(`"id":"cursor_call_1","function":{"index":0,"name":"${name}"`);
  }
  expect(app.requests[0]?.tools).toMatchObject([{ name: 'web_search_of_the_client' }]);
});

test.each([
  { think: undefined, reason: 'length', text: '' },
  { think: false, reason: 'stop', text: 'Hi.' },
])('with think: $think, reasoning takes its share of num_predict or not', async ({ think, reason, text }) => {
  await using app = await startOllama('reasoning then text');
  const answer = await readJson(
    await app.fetch(CHAT, post(chat({ think, options: { num_predict: 3 }, stream: false }))),
  );
  expect([answer.done_reason, answer.message.content]).toEqual([reason, text]);
});

test('images go along with their prompt', async () => {
  await using app = await startOllama();
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
  await using app = await startOllama();
  await (await app.fetch(GENERATE, post(generate({ prompt: 'a', suffix: 'c', system: 'Be kind.' })))).text();
  expect(app.requests[0]?.systemPrompt).toMatch(/^Be kind\.[^]*gap/);
});
