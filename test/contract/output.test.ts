import { zodResponseFormat } from 'openai/helpers/zod';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { completeWithOpenAi } from '../clients/support/complete-with-openai.ts';
import { useClients } from '../clients/support/use-clients.ts';
import type { Steps } from '../support/simulator-control.ts';
import { readImage, toDataUrl } from '../support/test-images.ts';

const clients = useClients();

type Fields = Partial<ChatCompletionCreateParamsNonStreaming>;

const ask = (content: string, fields: Fields = {}): ChatCompletionCreateParamsNonStreaming => ({
  model: 'composer-2.5',
  messages: [{ role: 'user', content }],
  ...fields,
});

const City = z.object({ name: z.string(), people: z.number().int() });
const OSLO = { name: 'Oslo', people: 717_000 };
const GOOD = JSON.stringify(OSLO);
const format = zodResponseFormat(City, 'city');

const firstly = (first: Steps, then: Steps) => ({ rules: [{ times: 1, then: first }, { then }] });

describe.each([false, true])('response_format (stream: %s)', (isStream) => {
  const parse = async (): Promise<unknown> => {
    const { openai } = clients();
    const body = { ...ask('A city, please'), response_format: format };
    const { choices } = isStream
      ? await openai.chat.completions.stream({ ...body, stream: true }).finalChatCompletion()
      : await openai.chat.completions.parse(body);
    return choices[0]?.message.parsed;
  };

  test.each([
    { name: 'plain', text: GOOD },
    { name: 'in a fence, with words around it', text: `Here you are:\n\n\`\`\`json\n${GOOD}\n\`\`\`\nBye!` },
  ])('json_schema, $name', async ({ text }) => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text, chunk: 3 }]);
    expect(await parse()).toEqual(OSLO);
    await portside.simulator.onlyRun();
  });

  test.each([
    { name: 'another type', text: '{"name":"Oslo","people":"many"}' },
    { name: 'a field that is missing', text: '{"name":"Oslo"}' },
    { name: 'no JSON at all', text: 'Oslo is a city.' },
  ])('json_schema: $name is mended by the same agent', async ({ text }) => {
    const { portside } = clients();
    await portside.simulator.setScenario(firstly([{ text }], [{ text: GOOD }]));
    expect(await parse()).toEqual(OSLO);
    const [first, second, ...others] = await portside.simulator.runs();
    expect(others).toEqual([]);
    expect(second?.agentId).toBe(first?.agentId);
  });

  test('json_schema: an answer that stays wrong is an error that says why', async () => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: '{"name":"Oslo","people":"many"}' }]);
    const error: unknown = await parse().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model_output_invalid', type: 'server_error' });
    expect((error as Error).message).toContain('people');
    expect(await portside.simulator.runs()).toHaveLength(2);
  });

  test('json_object', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: `\`\`\`json\n{"any": ["thing", 1]}\n\`\`\`` }]);
    const body = ask('Some JSON, please', { response_format: { type: 'json_object' } });
    const { choices } = await completeWithOpenAi(openai, body, isStream);
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ any: ['thing', 1] });
  });
});

describe.each([false, true])('limits (stream: %s)', (isStream) => {
  test.each([
    { stop: 'STOP', text: 'before STOP after', content: 'before ' },
    { stop: ['zzz', 'c, d'], text: 'a, b, c, d, e', content: 'a, b, ' },
  ])('stop: $stop cuts across deltas', async ({ stop, text, content }) => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text, chunk: 1 }, { sleepMs: 60_000 }]);
    const { choices } = await completeWithOpenAi(openai, ask('Go', { stop }), isStream);
    expect(choices).toMatchObject([{ finish_reason: 'stop', message: { content } }]);
    await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
  });

  test.each(['max_tokens', 'max_completion_tokens'])('%s cuts and cancels', async (name) => {
    const { openai, portside } = clients();
    const text = ' word'.repeat(50);
    await portside.simulator.setScenario([{ text, chunk: 7 }, { sleepMs: 60_000 }]);
    const { choices } = await completeWithOpenAi(openai, ask('Go', { [name]: 10 }), isStream);
    expect(choices).toMatchObject([{ finish_reason: 'length', message: { content: ' word'.repeat(10) } }]);
    await expect.poll(async () => (await portside.simulator.onlyRun()).status, { timeout: 5000 }).toBe('cancelled');
  });

  test('a cut answer is not in the history of the agent that goes on', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'seen STOP unseen' }]);
    const first = await completeWithOpenAi(openai, ask('Begin', { stop: 'STOP' }), isStream);
    const said = first.choices[0]?.message;
    if (said === undefined) throw new Error('There is no message.');
    const messages = [{ role: 'user' as const, content: 'Begin' }, said, { role: 'user' as const, content: 'Go on' }];
    await completeWithOpenAi(openai, { model: 'composer-2.5', messages }, isStream);
    const [cut, next] = await portside.simulator.runs();
    expect(next?.agentId).not.toBe(cut?.agentId);
    expect(next?.prompt).toContain('seen');
    expect(next?.prompt).not.toContain('unseen');
  });

  test('n: 3 are three runs, whose usage is summed', async () => {
    const { openai, portside } = clients();
    const steps = (text: string): Steps => [{ text }, { usage: { input: 10, output: 5 } }];
    await portside.simulator.setScenario({
      rules: [
        { times: 1, then: steps('one') },
        { times: 1, then: steps('two') },
        { times: 1, then: steps('three') },
      ],
    });
    const { choices, usage } = await completeWithOpenAi(openai, ask('Go', { n: 3 }), isStream);
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(choices.map(({ message }) => message.content ?? '').toSorted((a, b) => a.localeCompare(b))).toEqual([
      'one',
      'three',
      'two',
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 15, total_tokens: 45 });
    expect(await portside.simulator.runs()).toHaveLength(3);
  });
});

describe('model parameters', () => {
  const params = (id: string, value: string) => [{ id, value }];

  test.each([
    {
      name: 'reasoning_effort',
      fields: { model: 'gpt-5.1', reasoning_effort: 'high' },
      sent: params('reasoning', 'high'),
    },
    {
      name: 'cursor_params',
      fields: { model: 'composer-2.5', cursor_params: { fast: true } },
      sent: params('fast', 'true'),
    },
    {
      name: 'cursor_params over reasoning_effort',
      fields: { model: 'gpt-5.1', reasoning_effort: 'high', cursor_params: { reasoning: 'low' } },
      sent: params('reasoning', 'low'),
    },
    // Agents send it for every model that their configuration calls a reasoning one.
    {
      name: 'reasoning_effort without a parameter',
      fields: { model: 'composer-2.5', reasoning_effort: 'high' },
      sent: [],
    },
  ])('$name', async ({ fields, sent }) => {
    const { post, portside } = clients();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    const body = { ...ask('Go'), ...fields };
    expect((await post(body)).status).toBe(200);
    expect((await portside.simulator.onlyRun()).model.params).toEqual(sent);
  });

  test('one that the model does not have is refused, with those that it has', async () => {
    const { post } = clients();
    const body = { ...ask('Go'), cursor_params: { speed: 'high' } };
    const response = await post(body);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('fast')]);
  });
});

describe('images', () => {
  const withImage = (url: string) => {
    const part = { type: 'image_url' as const, image_url: { url } };
    return ask('', { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, part] }] });
  };

  test.each([
    { file: 'halves.png', type: 'image/png' },
    { file: 'halves.jpg', type: 'image/jpeg' },
  ])('$file as a data URL', async ({ file, type }) => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Two halves.' }]);
    const bytes = readImage(file);
    const { choices } = await openai.chat.completions.create(withImage(toDataUrl(bytes, type)));
    expect(choices[0]?.message.content).toBe('Two halves.');
    expect(await portside.simulator.onlyRun()).toMatchObject({
      prompt: expect.stringContaining('What is it?'),
      images: [{ mimeType: type, sizeBytes: bytes.length }],
    });
  });

  test.each([
    { name: 'a remote URL, which no setting allows', url: 'https://127.0.0.1/image.png' },
    { name: 'bytes that are no image', url: toDataUrl(Buffer.from('not an image')) },
  ])('$name is refused', async ({ url }) => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Never asked.' }]);
    const error: unknown = await openai.chat.completions.create(withImage(url)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 400, code: 'invalid_image', type: 'invalid_request_error' });
    expect(await portside.simulator.runs()).toEqual([]);
  });
});
