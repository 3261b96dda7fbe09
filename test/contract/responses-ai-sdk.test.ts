import { createOpenAI } from '@ai-sdk/openai';
import {
  generateObject,
  generateText,
  type ModelMessage,
  Output,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from 'ai';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { useClients } from '../clients/support/use-clients.ts';
import type { Steps } from '../support/simulator-control.ts';

const clients = useClients();

/** Vercel's AI SDK with its provider for OpenAI, which speaks Responses. `sent` is given the bodies of its requests. */
const createModel = (sent: { readonly input: readonly { readonly type?: string }[] }[] = []) => {
  const { portside, clientFetch } = clients();
  const { baseUrl: baseURL, token: apiKey } = portside;
  const provider = createOpenAI({
    baseURL,
    apiKey,
    fetch(input, init) {
      if (typeof init?.body === 'string') sent.push(JSON.parse(init.body));
      return clientFetch(input, init);
    },
  });
  return provider.responses('composer-2.5');
};

const weatherTools = (called: string[]) => ({
  get_weather: tool({
    description: 'The weather of a city.',
    inputSchema: z.object({ city: z.string() }),
    execute({ city }) {
      called.push(city);
      return `${city} is mild`;
    },
  }),
});

const weather = (city: string) => ({ tool: 'get_weather', args: { city } });

describe.each([true, false])('tools over several steps, in one run (store: %s)', (store) => {
  const steps: Steps = [
    { thinking: 'Two cities.' },
    { text: 'Let me see: ' },
    { parallel: [weather('Oslo'), { ...weather('Rome'), afterMs: 300 }], listed: true },
    { call: weather('Bonn') },
    { text: '{{result.0}}, {{result.1}}, {{result.2}}.' },
    { usage: { input: 10_000, output: 4000 } },
  ];
  const openai = {
    store,
    forceReasoning: true,
    reasoningSummary: 'auto',
    ...(!store && { include: ['reasoning.encrypted_content'] }),
  };
  const request = (called: string[], prompt: string, sent?: Parameters<typeof createModel>[0]) => ({
    model: createModel(sent),
    prompt: `${prompt} ${store}`,
    tools: weatherTools(called),
    stopWhen: stepCountIs(5),
    providerOptions: { openai },
  });

  test('streamText', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario(steps);
    const called: string[] = [];
    const result = streamText(request(called, 'Stream'));
    const kinds = new Set<string>();
    for await (const part of result.fullStream) {
      if (part.type === 'error') throw part.error;
      kinds.add(part.type);
    }
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'reasoning-delta',
        'text-delta',
        'tool-input-delta',
        'tool-call',
        'tool-result',
        'finish',
      ]),
    );
    expect(called).toEqual(['Oslo', 'Rome', 'Bonn']);
    expect(await result.text).toBe('Oslo is mild, Rome is mild, Bonn is mild.');
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop']);
    expect(takeConversations()).toEqual(['new', 'resumed-tools', 'resumed-tools']);
    expect(await portside.simulator.onlyRun()).toMatchObject({ status: 'finished' });
  });

  test('generateText, and a question after it', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario(steps);
    const called: string[] = [];
    const sent: Parameters<typeof createModel>[0] = [];
    const first = request(called, 'Generate', sent);
    const { text, steps: taken, totalUsage, responseMessages } = await generateText(first);
    expect(called).toEqual(['Oslo', 'Rome', 'Bonn']);
    expect(text).toBe('Oslo is mild, Rome is mild, Bonn is mild.');
    expect(taken[0]?.reasoningText).toBe('Two cities.');
    expect(taken).toHaveLength(3);
    // What the steps report adds up to what upstream counted: nothing twice.
    expect(totalUsage).toMatchObject({ inputTokens: 10_000, outputTokens: 4000 });
    expect(takeConversations()).toEqual(['new', 'resumed-tools', 'resumed-tools']);
    expect((await portside.simulator.onlyRun()).toolResults).toHaveLength(3);
    // Items that are stored are sent by their ids.
    const referred = sent.at(-1)?.input.some(({ type }) => type === 'item_reference');
    expect(referred).toBe(store);

    await portside.simulator.setScenario([{ text: 'You are welcome.' }]);
    const messages: ModelMessage[] = [
      { role: 'user', content: first.prompt },
      ...responseMessages,
      { role: 'user', content: 'Thank you' },
    ];
    const { prompt: _prompt, ...rest } = first;
    expect((await generateText({ ...rest, messages })).text).toBe('You are welcome.');
    expect(takeConversations()).toEqual(['continued']);
    expect((await portside.simulator.onlyRun()).prompt).toBe('Thank you');
  });
});

test('goes on by previousResponseId', async () => {
  const { portside, takeConversations } = clients();
  await portside.simulator.setScenario([{ text: 'Noted.' }]);
  const model = createModel();
  const first = await generateText({ model, prompt: 'I like cats' });
  const previousResponseId = first.response.id;
  await generateText({ model, prompt: 'And dogs', providerOptions: { openai: { previousResponseId } } });
  expect(takeConversations()).toEqual(['new', 'continued']);
  expect((await portside.simulator.runs()).map(({ prompt }) => prompt)).toEqual(['I like cats', 'And dogs']);
});

describe('objects', () => {
  const schema = z.object({ name: z.string(), people: z.number() });
  const OSLO = { name: 'Oslo', people: 717_000 };
  const ways: readonly { name: string; make: () => Promise<unknown> }[] = [
    {
      name: 'generateObject',
      make: async () => (await generateObject({ model: createModel(), schema, prompt: 'Generate a city' })).object,
    },
    {
      name: 'streamObject',
      async make() {
        const { object, partialObjectStream } = streamObject({ model: createModel(), schema, prompt: 'Stream a city' });
        for await (const _ of partialObjectStream);
        return object;
      },
    },
    {
      name: 'Output.object',
      make: async () =>
        (await generateText({ model: createModel(), output: Output.object({ schema }), prompt: 'Put out a city' }))
          .output,
    },
  ];

  test.each(ways)('$name', async ({ make }) => {
    const { portside } = clients();
    await portside.simulator.setScenario([{ text: `Sure:\n\`\`\`json\n${JSON.stringify(OSLO)}\n\`\`\``, chunk: 5 }]);
    expect(await make()).toEqual(OSLO);
    await portside.simulator.onlyRun();
  });
});
