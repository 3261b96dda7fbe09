import { APIError, BadRequestError, RateLimitError } from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import type {
  FunctionTool,
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInput,
  ResponseInputItem,
  ResponseStreamEvent,
  Tool,
} from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { respondWithOpenAi } from '../clients/support/respond-with-openai.ts';
import { useClients } from '../clients/support/use-clients.ts';
import { readImage, toDataUrl } from '../support/test-images.ts';

const clients = useClients();

const MODEL = 'composer-2.5';

const defineTool = (name: string): FunctionTool => ({
  type: 'function',
  name,
  description: `The tool ${name}.`,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  strict: true,
});
const TOOLS = [defineTool('get_weather'), defineTool('get_time')];

const weather = (city: string) => ({ tool: 'get_weather', args: { city } });
const time = (city: string) => ({ tool: 'get_time', args: { city } });

const callsOf = ({ output }: Pick<Response, 'output'>) => output.filter((item) => item.type === 'function_call');

/** What a client sends back for each call. */
const answersTo = (
  response: Pick<Response, 'output'>,
  toOutput: (name: string, index: number) => string,
): ResponseInputItem[] =>
  callsOf(response).map(({ call_id, name }, index) => ({
    type: 'function_call_output',
    call_id,
    output: toOutput(name, index),
  }));

describe.each([false, true])('responses (stream: %s)', (isStream) => {
  const respond = (body: Omit<ResponseCreateParamsNonStreaming, 'model' | 'stream'>) =>
    respondWithOpenAi(clients().openai, { model: MODEL, ...body }, isStream);

  test('a string, and all that the response says of itself', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([
      { text: 'Hello ', chunk: 2 },
      { text: 'there.' },
      { usage: { input: 100, output: 30, cacheRead: 20, reasoning: 10 } },
    ]);
    const response = await respond({ input: 'Hi', instructions: 'Be kind.', metadata: { ticket: '7' } });
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      model: MODEL,
      output_text: 'Hello there.',
      instructions: 'Be kind.',
      metadata: { ticket: '7' },
      previous_response_id: null,
      error: null,
      incomplete_details: null,
      store: true,
      background: false,
      usage: {
        // Cursor counts what it had cached beside the rest; OpenAI counts it in.
        input_tokens: 120,
        input_tokens_details: { cached_tokens: 20 },
        output_tokens: 30,
        output_tokens_details: { reasoning_tokens: 10 },
        total_tokens: 150,
      },
    });
    expect(await portside.simulator.onlyRun()).toMatchObject({ prompt: 'Hi', systemPrompt: 'Be kind.' });
  });

  test('items with roles, text and an image', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'Two halves.' }]);
    const image_url = toDataUrl(readImage('halves.png'));
    const { output_text: text } = await respond({
      input: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Yes?' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url, detail: 'auto' },
          ],
        },
      ],
    });
    expect(text).toBe('Two halves.');
    expect(await portside.simulator.onlyRun()).toMatchObject({
      systemPrompt: 'Be brief.',
      images: [{ mimeType: 'image/png' }],
    });
    expect((await portside.simulator.onlyRun()).prompt).toContain('What is this?');
  });

  const ways = {
    previous_response_id: (last: Response, _all: ResponseInput, added: ResponseInput) => ({
      previous_response_id: last.id,
      input: added,
    }),
    'the whole input': (_last: Response, all: ResponseInput, added: ResponseInput) => ({
      input: [...all, ...added],
      store: false,
    }),
  } as const;

  describe.each(Object.entries(ways))('tools, gone on from by %s', (way, goOn) => {
    test('parallel calls and a second round, in one run', async () => {
      const { portside, takeConversations } = clients();
      await portside.simulator.setScenario([
        { thinking: 'Both.' },
        { text: 'Let me look. ' },
        { parallel: [weather('Oslo'), { ...time('Oslo'), afterMs: 300 }], listed: true },
        { call: weather('Rome') },
        { thinking: 'I have it.' },
        { text: '{{result.0}}, {{result.1}}, {{result.2}}.' },
        { usage: { input: 10_000, output: 4000 } },
      ]);
      const all: ResponseInput = [{ role: 'user', content: `What is it like? ${isStream} ${way}` }];
      const more = { tools: TOOLS, reasoning: { summary: 'auto' } } as const;
      const isStored = goOn !== ways['the whole input'];
      const first = await respond({ ...more, input: [...all], store: isStored });
      expect(first.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call', 'function_call']);
      expect(first.output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'Both.' }] });
      expect(callsOf(first)).toMatchObject([
        { name: 'get_weather', arguments: '{"city":"Oslo"}', status: 'completed' },
        { name: 'get_time', arguments: '{"city":"Oslo"}', status: 'completed' },
      ]);
      expect((await portside.simulator.onlyRun()).status).toBe('running');

      const results = answersTo(first, (name, index) => `${name} ${index}`).toReversed();
      const toInput = ({ output }: Response): ResponseInput => output as ResponseInput;
      const second = await respond({ ...more, ...goOn(first, [...all, ...toInput(first)], results) });
      expect(callsOf(second)).toMatchObject([{ name: 'get_weather', arguments: '{"city":"Rome"}' }]);
      all.push(...toInput(first), ...results, ...toInput(second));
      const third = await respond({
        ...more,
        ...goOn(
          second,
          all,
          answersTo(second, () => 'warm'),
        ),
      });
      expect(third).toMatchObject({
        status: 'completed',
        output_text: 'get_weather 0, get_time 1, warm.',
        previous_response_id: isStored ? second.id : null,
      });
      expect(takeConversations()).toEqual(['new', 'resumed-tools', 'resumed-tools']);
      const { status, toolResults } = await portside.simulator.onlyRun();
      expect([status, toolResults.length]).toEqual(['finished', 3]);
      const sum = [first, second, third].map(({ usage }) => usage?.input_tokens ?? 0).reduce((a, b) => a + b);
      expect(sum).toBe(10_000);
    });
  });

  test('a second question goes to the same agent, which is told only that', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario([{ text: 'Noted.' }]);
    const first = await respond({ input: `My word is ${isStream ? 'fir' : 'oak'}.`, instructions: 'Be brief.' });
    await respond({ input: 'Which was it?', previous_response_id: first.id, instructions: 'Be brief.' });
    expect(takeConversations()).toEqual(['new', 'continued']);
    const [before, after] = await portside.simulator.runs();
    expect(after).toMatchObject({ agentId: before?.agentId, prompt: 'Which was it?' });
  });

  test('two ways to go on from one response do not know of each other', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'Noted.' }]);
    const first = await respond({ input: `I have two roads ${isStream}.` });
    const [left, right] = [
      await respond({ input: 'I take the left one.', previous_response_id: first.id }),
      await respond({ input: 'I take the right one.', previous_response_id: first.id }),
    ];
    await respond({ input: 'Where am I?', previous_response_id: left.id });
    await respond({ input: 'And I?', previous_response_id: right.id });
    const told = (await portside.simulator.runs()).map(({ prompt, history }) => JSON.stringify([history, prompt]));
    expect(told).toHaveLength(5);
    expect(told.filter((text) => text.includes('left') && text.includes('right'))).toEqual([]);
    expect(told[4]).not.toContain('left');
  });

  test('instructions are those of each request alone', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: 'Noted.' }]);
    const first = await respond({ input: `Be it so ${isStream}.`, instructions: 'Speak like a pirate.' });
    const second = await respond({
      input: 'And now?',
      previous_response_id: first.id,
      instructions: 'Speak like a cat.',
    });
    const third = await respond({ input: 'And then?', previous_response_id: second.id });
    expect([first, second, third].map(({ instructions }) => instructions)).toEqual([
      'Speak like a pirate.',
      'Speak like a cat.',
      null,
    ]);
    const runs = await portside.simulator.runs();
    expect(runs.map(({ systemPrompt }) => systemPrompt)).toEqual(['Speak like a pirate.', 'Speak like a cat.', null]);
    for (const { prompt, history } of runs) expect(JSON.stringify([prompt, history])).not.toContain('Speak like');
  });

  test('parallel_tool_calls: false lets one call out at a time', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([
      { parallel: [weather('Oslo'), weather('Rome')], listed: true },
      { text: '{{result.0}} {{result.1}}' },
    ]);
    const more = { tools: TOOLS, parallel_tool_calls: false };
    const first = await respond({ ...more, input: `One by one ${isStream}` });
    expect(callsOf(first)).toMatchObject([{ arguments: '{"city":"Oslo"}' }]);
    const second = await respond({ ...more, previous_response_id: first.id, input: answersTo(first, () => '(1)') });
    expect(callsOf(second)).toMatchObject([{ arguments: '{"city":"Rome"}' }]);
    const third = await respond({ ...more, previous_response_id: second.id, input: answersTo(second, () => '(2)') });
    expect(third.output_text).toBe('(1) (2)');
    await portside.simulator.onlyRun();
  });

  test('a custom tool is called with plain text', async () => {
    const { portside } = clients();
    const patch = '*** Begin Patch\n"x" \\ y\n*** End Patch';
    await portside.simulator.setScenario([
      { call: { tool: 'apply_patch', args: { input: patch } } },
      { text: 'It said {{result.0}}.' },
    ]);
    const tools: Tool[] = [
      {
        type: 'custom',
        name: 'apply_patch',
        description: 'Changes files.',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch" /.+/s' },
      },
    ];
    const first = await respond({ input: `Patch it ${isStream}`, tools });
    expect(first.output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', input: patch }]);
    const [call] = first.output;
    if (call?.type !== 'custom_tool_call') throw new Error('There is no call.');
    const second = await respond({
      previous_response_id: first.id,
      tools,
      input: [{ type: 'custom_tool_call_output', call_id: call.call_id, output: 'done' }],
    });
    expect(second.output_text).toBe('It said done.');
    const [told] = (await portside.simulator.onlyRun()).tools;
    expect(told?.description).toContain('*** Begin Patch');
  });

  test('a call of a tool in a namespace says so', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([
      { call: { tool: 'crm__look', args: { id: '7' } } },
      { text: 'They are {{result.0}}.' },
    ]);
    const parameters = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
    const tools: Tool[] = [
      {
        type: 'namespace',
        name: 'crm',
        description: 'Customers.',
        tools: [{ type: 'function', name: 'look', description: 'Looks one up.', parameters }],
      },
    ];
    const first = await respond({ input: `Who is 7? ${isStream}`, tools });
    const [call] = callsOf(first);
    expect(call).toMatchObject({ name: 'look', namespace: 'crm', arguments: '{"id":"7"}' });
    const second = await respond({
      previous_response_id: first.id,
      tools,
      input: answersTo(first, () => 'Ada'),
    });
    expect(second.output_text).toBe('They are Ada.');
    await portside.simulator.onlyRun();
  });

  test('ends as incomplete at the limit of tokens', async () => {
    await clients().portside.simulator.setScenario([{ text: 'word '.repeat(200), chunk: 5 }]);
    const response = await respond({ input: 'Talk', max_output_tokens: 16 });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ type: 'message', status: 'incomplete' }],
    });
  });

  test('answers in the form of a schema', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Sure:\n```json\n{"name":"Oslo","people":717000}\n```', chunk: 5 }]);
    const format = zodTextFormat(z.object({ name: z.string(), people: z.number() }), 'city');
    const body = { model: MODEL, input: 'A city', text: { format } };
    const { output_parsed: parsed } = isStream
      ? await openai.responses.stream(body).finalResponse()
      : await openai.responses.parse(body);
    expect(parsed).toEqual({ name: 'Oslo', people: 717_000 });
    await portside.simulator.onlyRun();
  });

  test('parses the arguments of calls', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ call: weather('Oslo') }]);
    const tool = zodResponsesFunction({ name: 'get_weather', parameters: z.object({ city: z.string() }) });
    const body = { model: MODEL, input: `Parse ${isStream}`, tools: [tool] };
    const { output } = isStream
      ? await openai.responses.stream(body).finalResponse()
      : await openai.responses.parse(body);
    expect(output).toMatchObject([{ type: 'function_call', parsed_arguments: { city: 'Oslo' } }]);
  });

  test('a failure before any output keeps its status', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ fail: { code: 'resource_exhausted', error: 50, message: 'Slow down.' } }]);
    const error: unknown = await respond({ input: 'Hi' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
  });

  const refused: Readonly<Record<string, { body: object; param: string; code?: string }>> = {
    'an item of no known type': { body: { input: [{ type: 'riddle' }] }, param: 'input[0].type' },
    'a response that is nowhere': {
      body: { input: 'x', previous_response_id: 'resp_none' },
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    },
    'a tool of OpenAI that is demanded': {
      body: { input: 'x', tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } },
      param: 'tool_choice',
      code: 'unsupported_tool',
    },
    'no input': { body: {}, param: 'input' },
  };
  test.each(Object.entries(refused))('refuses %s', async (_name, { body, param, code }) => {
    const error: unknown = await respond(body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param,
      ...(code !== undefined && { code }),
    });
  });
});

describe('the stream helper', () => {
  test('gives every event, the deltas with what was said so far, and the final response', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([
      { thinking: 'Hm.' },
      { text: 'One two three', chunk: 4, everyMs: 5 },
      { call: weather('Oslo') },
    ]);
    const events: ResponseStreamEvent[] = [];
    const snapshots: string[] = [];
    const stream = openai.responses
      .stream({ model: MODEL, input: 'Count', tools: TOOLS, reasoning: { summary: 'auto' } })
      .on('event', (event) => events.push(event))
      .on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot));
    const final = await stream.finalResponse();
    expect(snapshots.length).toBeGreaterThan(2);
    expect(snapshots.at(-1)).toBe('One two three');
    const kinds = events.map(({ type }) => type);
    expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const stored = await openai.responses.retrieve(final.id);
    expect(stored.output.map(({ id }) => id)).toEqual(final.output.map(({ id }) => id));
    expect(stored).toMatchObject({ output_text: 'One two three', usage: final.usage });
  });

  test('tells of a failure half-way as a response that has failed', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([
      { text: 'Once upon' },
      { fail: { code: 'resource_exhausted', error: 50, message: 'Slow down.' } },
    ]);
    const response = await openai.responses.stream({ model: MODEL, input: 'Tell' }).finalResponse();
    expect(response).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limit_exceeded' },
      output: [{ type: 'message', content: [{ text: 'Once upon' }] }],
    });
    const goOn = openai.responses.create({ model: MODEL, input: 'On', previous_response_id: response.id });
    await expect(goOn).rejects.toMatchObject({ status: 400, param: 'previous_response_id' });
  });

  test('ends the run when it is aborted', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'word '.repeat(5000), chunk: 5, everyMs: 20 }]);
    const stream = openai.responses.stream({ model: MODEL, input: 'Talk' });
    stream.on('response.output_text.delta', () => stream.abort());
    await expect(stream.finalResponse()).rejects.toBeInstanceOf(APIError);
    await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
  });
});
