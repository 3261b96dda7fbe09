import { Ollama, type ChatResponse, type GenerateResponse, type Message, type Tool, type ToolCall } from 'ollama';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import type { Steps } from '../support/simulator-control.ts';
import { readImage } from '../support/test-images.ts';

let portside: PortsideProcess;
let ollama: Ollama;
/** `X-Portside-Conversation` of each answer. */
let conversations: (string | null)[] = [];

beforeAll(async () => {
  portside = await startPortside();
  ollama = new Ollama({
    host: portside.url,
    headers: { Authorization: `Bearer ${portside.token}` },
    fetch: async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const response = await fetch(input, init);
      conversations.push(response.headers.get('x-portside-conversation'));
      return response;
    },
  });
});
beforeEach(() => {
  conversations = [];
});
afterAll(() => portside[Symbol.asyncDispose]());

const MODEL = 'composer-2.5';
const QUESTION: Message = { role: 'user', content: 'What is it like in Oslo?' };
const play = (steps: Steps): Promise<void> => portside.simulator.setScenario(steps);

const defineTool = (name: string): Tool => ({
  type: 'function',
  function: {
    name,
    description: `The tool ${name}.`,
    parameters: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
});

/** How a client sends back calls and their results. */
interface ResultsRow {
  readonly what: string;
  readonly toCall: (call: ToolCall) => ToolCall;
  readonly toResult: (call: { readonly name: string; readonly id: string }) => object;
  readonly isReversed?: boolean;
}

const withoutId = (call: ToolCall): ToolCall => ({ function: call.function });

/** The library does not know that calls have ids. */
const idOf = (call: object): string => ('id' in call && typeof call.id === 'string' ? call.id : '');

/** As clients make them that give every call an id of their own. */
const toOwnId = (name: string): string => `${name === 'get_time' ? 'a' : 'b'}1b7a2c0-0b5c-4d0e-9d5e-0f6a1c2d3e4f`;

/** Asks in one of the two forms and gives the same of both: the texts of a stream together, its calls, and its last object. */
const chat = async (
  request: { readonly messages: Message[]; readonly tools?: Tool[]; readonly [field: string]: unknown },
  isStream: boolean,
): Promise<ChatResponse> => {
  if (!isStream) return await ollama.chat({ model: MODEL, ...request, stream: false });
  const message: Message = { role: 'assistant', content: '' };
  let last: ChatResponse | null = null;
  for await (const part of await ollama.chat({ model: MODEL, ...request, stream: true })) {
    message.content += part.message.content;
    if (part.message.thinking) message.thinking = (message.thinking ?? '') + part.message.thinking;
    if (part.message.tool_calls) message.tool_calls = [...(message.tool_calls ?? []), ...part.message.tool_calls];
    last = part;
  }
  if (last === null) throw new Error('The stream was empty.');
  return { ...last, message };
};

const generate = async (
  request: { readonly prompt: string; readonly [field: string]: unknown },
  isStream: boolean,
): Promise<GenerateResponse> => {
  if (!isStream) return await ollama.generate({ model: MODEL, ...request, stream: false });
  let response = '';
  let last: GenerateResponse | null = null;
  for await (const part of await ollama.generate({ model: MODEL, ...request, stream: true })) {
    response += part.response ?? '';
    last = part;
  }
  if (last === null) throw new Error('The stream was empty.');
  return { ...last, response };
};

test('models are listed and shown', async () => {
  const { models } = await ollama.list();
  expect(models.map(({ name }) => name)).toContain(MODEL);
  for (const { model, digest, details } of models) {
    expect([model, digest, details.families]).toEqual([model, expect.stringMatching(/^[0-9a-f]{64}$/), ['cursor']]);
  }
  const shown = await ollama.show({ model: `${MODEL}:latest` });
  expect(shown.capabilities).toEqual(expect.arrayContaining(['completion', 'tools', 'vision']));
  expect((await ollama.version()).version).toMatch(/^0\.\d+\.\d+$/);
});

test('what was asked lately is running', async () => {
  await play([{ text: 'Hi.' }]);
  await ollama.chat({ model: MODEL, messages: [QUESTION], keep_alive: '10m' });
  const { models } = await ollama.ps();
  const used = models.find(({ name }) => name === MODEL);
  const leftMs = new Date(used?.expires_at ?? 0).getTime() - Date.now();
  expect(leftMs).toBeGreaterThan(300_000);
  expect(leftMs).toBeLessThanOrEqual(600_000);
});

describe.each([false, true])('an answer (stream: %s)', (isStream) => {
  test('has text, thinking, counts and durations', async () => {
    await play([{ thinking: 'Hm.' }, { text: 'It is cold.' }, { usage: { input: 12, output: 7 } }]);
    const answer = await chat({ messages: [{ role: 'system', content: 'Be brief.' }, QUESTION] }, isStream);
    expect(answer).toMatchObject({
      model: MODEL,
      message: { role: 'assistant', content: 'It is cold.', thinking: 'Hm.' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 12,
      eval_count: 7,
    });
    for (const name of ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'] as const) {
      expect(answer[name]).toBeGreaterThan(0);
    }
    expect(await portside.simulator.onlyRun()).toMatchObject({ prompt: QUESTION.content, model: { id: MODEL } });
  });

  test('has no thinking where none is wanted', async () => {
    await play([{ thinking: 'Hm.' }, { text: 'Cold.' }]);
    const { message } = await chat({ messages: [QUESTION], think: false }, isStream);
    expect(message).toEqual({ role: 'assistant', content: 'Cold.' });
  });

  test('goes on with its conversation', async () => {
    await play([{ text: 'Cold.' }]);
    const first = await chat({ messages: [QUESTION] }, isStream);
    await chat({ messages: [QUESTION, first.message, { role: 'user', content: 'And in Rome?' }] }, isStream);
    expect(conversations).toEqual(['new', 'continued']);
    expect((await portside.simulator.runs()).at(-1)).toMatchObject({ prompt: 'And in Rome?' });
  });

  test.each<ResultsRow>([
    { what: 'by the name of the tool', toCall: withoutId, toResult: ({ name }) => ({ tool_name: name }) },
    { what: 'by their order', toCall: withoutId, toResult: () => ({}) },
    {
      what: 'by the name, with the ids of calls',
      toCall: (call) => call,
      toResult: ({ name }) => ({ tool_name: name }),
    },
    {
      what: 'by the ids of calls, in another order',
      toCall: (call) => call,
      toResult: ({ id }) => ({ tool_call_id: id }),
      isReversed: true,
    },
    {
      what: 'by ids of the client’s own, in another order',
      toCall: (call) => ({ ...call, id: toOwnId(call.function.name), type: 'tool_call' }),
      toResult: ({ name }) => ({ tool_call_id: toOwnId(name) }),
      isReversed: true,
    },
  ])('takes the results of tools into the same run ($what)', async ({ toCall, toResult, isReversed = false }) => {
    await play([
      { text: 'Let me look. ' },
      {
        parallel: [
          { tool: 'get_weather', args: { city: 'Oslo' } },
          { tool: 'get_time', args: { city: 'Oslo' } },
        ],
      },
      { text: 'It is {{result.0}} at {{result.1}}.' },
    ]);
    const tools = [defineTool('get_weather'), defineTool('get_time')];
    const first = await chat({ messages: [QUESTION], tools }, isStream);
    expect(first).toMatchObject({ message: { content: 'Let me look. ' }, done: true, done_reason: 'stop' });
    const calls = first.message.tool_calls ?? [];
    expect(calls.map(({ function: { name, arguments: args } }) => [name, args])).toEqual([
      ['get_weather', { city: 'Oslo' }],
      ['get_time', { city: 'Oslo' }],
    ]);
    expect((await portside.simulator.onlyRun()).status).toBe('running');
    const results: Readonly<Record<string, string>> = { get_weather: 'minus seven', get_time: 'noon' };
    const given = calls.map((call) => {
      const { name } = call.function;
      return { role: 'tool', content: results[name] ?? '', ...toResult({ name, id: idOf(call) }) };
    });
    const second = await chat(
      {
        messages: [
          QUESTION,
          { ...first.message, tool_calls: calls.map(toCall) },
          ...(isReversed ? given.toReversed() : given),
        ],
        tools,
      },
      isStream,
    );
    expect(second.message.content).toBe('It is minus seven at noon.');
    expect(conversations).toEqual(['new', 'resumed-tools']);
    expect((await portside.simulator.onlyRun()).status).toBe('finished');
  });

  test('names tools as the client does', async () => {
    await play([{ call: { tool: 'web_search', args: { city: 'Oslo' } } }, { text: 'Found {{result.0}}.' }]);
    const tools = [defineTool('web.search')];
    const first = await chat({ messages: [QUESTION], tools }, isStream);
    expect(first.message.tool_calls?.map((call) => call.function.name)).toEqual(['web.search']);
    const result: Message = { role: 'tool', tool_name: 'web.search', content: 'it' };
    const second = await chat({ messages: [QUESTION, first.message, result], tools }, isStream);
    expect([second.message.content, conversations.at(-1)]).toEqual(['Found it.', 'resumed-tools']);
  });

  test('sees images', async () => {
    await play([{ text: 'A flag.' }]);
    const image = readImage('halves.png');
    await chat({ messages: [{ role: 'user', content: 'What is it?', images: [image] }] }, isStream);
    await generate({ prompt: 'What is it?', images: [image.toString('base64')] }, isStream);
    for (const run of await portside.simulator.runs()) {
      expect(run).toMatchObject({
        prompt: 'What is it?',
        images: [{ mimeType: 'image/png', sizeBytes: image.length }],
      });
    }
  });

  test('is JSON of the schema that was sent', async () => {
    await play([{ text: 'Here it is:\n```json\n{"degrees": -7}\n```' }]);
    const format = { type: 'object', properties: { degrees: { type: 'integer' } }, required: ['degrees'] };
    const answer = await chat({ messages: [QUESTION], format }, isStream);
    expect(JSON.parse(answer.message.content)).toEqual({ degrees: -7 });
    const list = { type: 'array', items: { type: 'integer' } };
    await play([{ text: '[1, 2]' }]);
    expect(JSON.parse((await generate({ prompt: 'Count', format: list }, isStream)).response ?? '')).toEqual([1, 2]);
    await play([{ text: '{"a": 1}' }]);
    expect(JSON.parse((await generate({ prompt: 'Any', format: 'json' }, isStream)).response ?? '')).toEqual({ a: 1 });
  });

  test.each([
    { options: { stop: ['two'] }, response: 'One, ', reason: 'stop' },
    { options: { num_predict: 2 }, response: 'One,', reason: 'length' },
  ])('is cut as $options say', async ({ options, response, reason }) => {
    await play([{ text: 'One, two, three, four, five, six.' }]);
    const answer = await generate({ prompt: 'Count', options }, isStream);
    expect([answer.response, answer.done_reason]).toEqual([response, reason]);
  });

  test('fills a gap', async () => {
    await play([{ text: 'b' }]);
    expect((await generate({ prompt: 'a', suffix: 'c', system: 'Be brief.' }, isStream)).response).toBe('b');
    expect((await portside.simulator.onlyRun()).prompt).toContain('<text_after>c</text_after>');
  });

  test('that fails half-way is an error', async () => {
    await play([{ text: 'Half' }, { fail: { code: 'internal', message: 'died' } }]);
    await expect(chat({ messages: [QUESTION] }, isStream)).rejects.toThrow(/died/);
  });
});

test('a stream that is aborted cancels its run', async () => {
  await play([{ text: 'Half' }, { sleepMs: 300_000 }]);
  const stream = await ollama.chat({ model: MODEL, messages: [QUESTION], stream: true });
  const read = async (): Promise<void> => {
    for await (const part of stream) if (part.message.content !== '') stream.abort();
  };
  await expect(read()).rejects.toThrow(/abort/i);
  await expect.poll(async () => (await portside.simulator.onlyRun()).status).toBe('cancelled');
});

test('a model is loaded and unloaded without a run', async () => {
  await play([{ text: 'never' }]);
  const loaded = await ollama.generate({ model: MODEL, prompt: '' });
  expect(loaded).toMatchObject({ done: true, done_reason: 'load', response: '' });
  const unloaded = await ollama.generate({ model: MODEL, prompt: '', keep_alive: 0 });
  expect(unloaded.done_reason).toBe('unload');
  expect((await ollama.ps()).models.map(({ name }) => name)).not.toContain(MODEL);
  expect(await portside.simulator.runs()).toEqual([]);
});

test.each<{ what: string; ask: () => Promise<unknown>; status: number; says: RegExp }>([
  { what: 'embed', ask: () => ollama.embed({ model: MODEL, input: 'a' }), status: 501, says: /no embedding models/ },
  {
    what: 'embeddings',
    ask: () => ollama.embeddings({ model: MODEL, prompt: 'a' }),
    status: 501,
    says: /no embedding models/,
  },
  {
    what: 'pull',
    ask: () => ollama.pull({ model: 'llama3.2', stream: true }),
    status: 501,
    says: /nothing to download/,
  },
  { what: 'push', ask: () => ollama.push({ model: 'a/b' }), status: 501, says: /\/api\/push/ },
  { what: 'create', ask: () => ollama.create({ model: 'a', from: MODEL }), status: 501, says: /\/api\/create/ },
  { what: 'copy', ask: () => ollama.copy({ source: MODEL, destination: 'a' }), status: 501, says: /\/api\/copy/ },
  { what: 'delete', ask: () => ollama.delete({ model: MODEL }), status: 501, says: /\/api\/delete/ },
  { what: 'an unknown model', ask: () => ollama.show({ model: 'llama3.2' }), status: 404, says: /llama3\.2/ },
  {
    what: 'a request without a token',
    ask: () => new Ollama({ host: portside.url }).list(),
    status: 401,
    says: /Authorization: Bearer.*requireToken/,
  },
])('$what is refused with the reason', async ({ ask, status, says }) => {
  await expect(ask()).rejects.toMatchObject({
    name: 'ResponseError',
    status_code: status,
    error: expect.stringMatching(says),
  });
});
