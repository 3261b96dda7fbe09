import { setTimeout as delay } from 'node:timers/promises';
import { createOpenAI } from '@ai-sdk/openai';
import { Agent, OpenAIProvider, Runner } from '@openai/agents';
import { streamText } from 'ai';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { openResponsesSocket } from '../clients/support/open-responses-socket.ts';
import { createFakeModel, modelTurn } from '../support/fake-model.ts';
import { ACCESS_TOKEN, startApp } from '../support/start-app.ts';
import { createValidatingFetch } from '../support/validating-fetch.ts';

/** Several signs of life long. */
const SILENCE_MS = 60;

const model = 'composer-2.5';

type Served = Awaited<ReturnType<typeof serve>>;

/** A model that is silent before it speaks, amid a word, and before it ends; all of it is bridged by signs of life. */
const serve = async () => {
  const { backend } = createFakeModel(async function* () {
    const turn = modelTurn(0);
    yield turn.start();
    await delay(SILENCE_MS);
    const [start, ...rest] = turn.say('Half', ' and half');
    if (start !== undefined) yield start;
    for (const event of rest) {
      yield event;
      await delay(SILENCE_MS);
    }
    yield turn.end();
  });
  const app = await startApp(backend, { timing: { quietMs: 10, heartbeatMs: 10 } });
  const validating = createValidatingFetch();
  const openai = new OpenAI({
    baseURL: `${app.url}/v1`,
    apiKey: ACCESS_TOKEN,
    maxRetries: 0,
    fetch: (input, init) => validating.fetch(input, init),
  });
  return { openai, validating, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
};

const runAgent = async ({ openai }: Served, isWebSocket: boolean, stream: boolean): Promise<string | undefined> => {
  const provider = new OpenAIProvider({
    openAIClient: openai,
    useResponses: true,
    useResponsesWebSocket: isWebSocket,
  });
  try {
    const runner = new Runner({ modelProvider: provider, tracingDisabled: true });
    const agent = new Agent({ name: 'Scout', instructions: 'Speak.', model });
    if (!stream) return (await runner.run(agent, 'Hi')).finalOutput;
    const result = await runner.run(agent, 'Hi', { stream: true });
    for await (const _ of result);
    return result.finalOutput;
  } finally {
    await provider.close();
  }
};

const clients: Readonly<Record<string, (served: Served) => Promise<string | undefined>>> = {
  'openai, by its helper': async ({ openai }) =>
    (await openai.responses.stream({ model, input: 'Hi' }).finalResponse()).output_text,
  'openai, event by event': async ({ openai }) => {
    let text = '';
    const kinds: string[] = [];
    for await (const event of await openai.responses.create({ model, input: 'Hi', stream: true })) {
      kinds.push(event.type);
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    expect(kinds.filter((kind) => kind === 'keepalive').length).toBeGreaterThan(3);
    return text;
  },
  'openai, in the background': async ({ openai }) => {
    const { id } = await openai.responses.create({ model, input: 'Hi', background: true });
    return (await openai.responses.stream({ response_id: id }).finalResponse()).output_text;
  },
  'openai, over a WebSocket': async ({ openai, validating }) => {
    using socket = openResponsesSocket(openai, (where, frames) =>
      validating.noteFrames(where, JSON.parse(JSON.stringify(frames))),
    );
    const { response } = await socket.create({ model, input: 'Hi' });
    const kinds = socket.events.map(({ type }): string => type);
    expect(kinds.filter((kind) => kind === 'keepalive').length).toBeGreaterThan(3);
    const [item] = response.output;
    const [part] = item?.type === 'message' ? item.content : [];
    return part?.type === 'output_text' ? part.text : undefined;
  },
  'the AI SDK': async ({ openai: { baseURL, apiKey }, validating }) => {
    const provider = createOpenAI({
      baseURL,
      apiKey: apiKey ?? '',
      fetch: (input, init) => validating.fetch(input, init),
    });
    const result = streamText({ model: provider.responses(model), prompt: 'Hi' });
    for await (const part of result.fullStream) if (part.type === 'error') throw part.error;
    return await result.text;
  },
  'an agent': (served) => runAgent(served, false, true),
  'an agent over a WebSocket': (served) => runAgent(served, true, false),
  'an agent over a WebSocket, streamed': (served) => runAgent(served, true, true),
};

test.each(Object.entries(clients))('%s takes signs of life for what they are', async (_name, ask) => {
  await using served = await serve();
  expect(await ask(served)).toBe('Half and half');
  expect(served.validating.takeFindings().problems).toEqual([]);
});
