import { type AIMessageChunk, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { useClients } from '../clients/support/use-clients.ts';

const clients = useClients();

const createModel = () => {
  const { portside, clientFetch } = clients();
  return new ChatOpenAI({
    model: 'composer-2.5',
    apiKey: portside.token,
    maxRetries: 0,
    configuration: { baseURL: portside.baseUrl, fetch: clientFetch },
  });
};

const getWeather = tool(({ city }: { city: string }) => `${city} is mild`, {
  name: 'get_weather',
  description: 'The weather of a city.',
  schema: z.object({ city: z.string() }),
});

describe('LangChain', () => {
  const ways: readonly {
    name: string;
    ask: (model: ReturnType<typeof bind>, messages: BaseMessage[]) => Promise<AIMessageChunk>;
  }[] = [
    { name: 'invoke', ask: (model, messages) => model.invoke(messages) },
    {
      name: 'stream',
      async ask(model, messages) {
        let whole: AIMessageChunk | undefined;
        for await (const chunk of await model.stream(messages))
          whole = whole === undefined ? chunk : whole.concat(chunk);
        if (whole === undefined) throw new Error('Nothing came.');
        return whole;
      },
    },
  ];
  const bind = () => createModel().bindTools([getWeather]);

  test.each(ways)('$name: tool calls, and their results, in one run', async ({ name, ask }) => {
    const { portside } = clients();
    const call = (city: string) => ({ tool: 'get_weather', args: { city } });
    await portside.simulator.setScenario([
      { parallel: [call('Oslo'), call('Rome')], listed: true },
      { text: '{{result.0}}, {{result.1}}.' },
    ]);
    const model = bind();
    const messages: BaseMessage[] = [new HumanMessage(`The weather by ${name}?`)];
    const first = await ask(model, messages);
    expect(first.tool_calls).toMatchObject([
      { name: 'get_weather', args: { city: 'Oslo' } },
      { name: 'get_weather', args: { city: 'Rome' } },
    ]);
    messages.push(first);
    for (const { id = '', args } of first.tool_calls ?? []) {
      const content = await getWeather.invoke(args as { city: string });
      messages.push(new ToolMessage({ tool_call_id: id, content }));
    }
    const second = await ask(model, messages);
    expect(second.text).toBe('Oslo is mild, Rome is mild.');
    const run = await portside.simulator.onlyRun();
    expect(run.toolResults.map(({ text }) => text)).toEqual(['Oslo is mild', 'Rome is mild']);
  });

  test.each([
    { method: 'jsonSchema', steps: [{ text: '{"name":"Oslo","people":717000}' }] },
    { method: 'jsonMode', steps: [{ text: '```json\n{"name":"Oslo","people":717000}\n```' }] },
    { method: 'functionCalling', steps: [{ call: { tool: 'city', args: { name: 'Oslo', people: 717_000 } } }] },
  ] as const)('withStructuredOutput by $method', async ({ method, steps }) => {
    const { portside } = clients();
    await portside.simulator.setScenario([...steps]);
    const schema = z.object({ name: z.string(), people: z.number() });
    const model = createModel().withStructuredOutput(schema, { name: 'city', method });
    expect(await model.invoke(`A city as JSON, by ${method}`)).toEqual({ name: 'Oslo', people: 717_000 });
    await portside.simulator.onlyRun();
  });
});
