import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateObject, generateText, Output, stepCountIs, streamObject, streamText, tool } from 'ai';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { useClients } from '../clients/support/use-clients.ts';
import type { Steps } from '../support/simulator-control.ts';

const clients = useClients();

/** Vercel's AI SDK as its users set it up. */
const createModel = (supportsStructuredOutputs = true) => {
  const { portside, clientFetch } = clients();
  const { baseUrl: baseURL, token: apiKey } = portside;
  const provider = createOpenAICompatible({
    name: 'portside',
    baseURL,
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs,
    fetch: clientFetch,
  });
  return provider('composer-2.5');
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

describe('tools over several steps, in one run', () => {
  const steps = (prompt: string): Steps => [
    { thinking: 'Two cities.' },
    { text: `${prompt}: ` },
    { parallel: [weather('Oslo'), { ...weather('Rome'), afterMs: 300 }], listed: true },
    { call: weather('Bonn') },
    { text: '{{result.0}}, {{result.1}}, {{result.2}}.' },
    { usage: { input: 100, output: 40 } },
  ];

  test('streamText', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario(steps('Streamed'));
    const called: string[] = [];
    const result = streamText({
      model: createModel(),
      prompt: 'Stream the weather',
      tools: weatherTools(called),
      stopWhen: stepCountIs(5),
    });
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
    expect(await result.finishReason).toBe('stop');
    expect((await result.steps).map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop']);
    expect(takeConversations()).toEqual(['new', 'resumed-tools', 'resumed-tools']);
    expect(await portside.simulator.onlyRun()).toMatchObject({ status: 'finished' });
  });

  test('generateText', async () => {
    const { portside, takeConversations } = clients();
    await portside.simulator.setScenario(steps('Generated'));
    const called: string[] = [];
    const {
      text,
      steps: taken,
      totalUsage,
    } = await generateText({
      model: createModel(),
      prompt: 'Generate the weather',
      tools: weatherTools(called),
      stopWhen: stepCountIs(5),
    });
    expect(called).toEqual(['Oslo', 'Rome', 'Bonn']);
    expect(text).toBe('Oslo is mild, Rome is mild, Bonn is mild.');
    expect(taken).toHaveLength(3);
    // What the steps report adds up to what upstream counted: nothing twice.
    expect(totalUsage).toMatchObject({ inputTokens: 100, outputTokens: 40 });
    expect(takeConversations()).toEqual(['new', 'resumed-tools', 'resumed-tools']);
    expect((await portside.simulator.onlyRun()).toolResults).toHaveLength(3);
  });
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
      name: 'generateObject without structured outputs',
      make: async () =>
        (await generateObject({ model: createModel(false), schema, prompt: 'A city as you like' })).object,
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
