import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { useClients } from '../clients/support/use-clients.ts';

const clients = useClients();

const ROUNDS = 20;

/** OpenAI's Agents SDK, over HTTP or over a WebSocket, without its tracing: that would report to OpenAI. */
const startRunner = (isWebSocket: boolean) => {
  const { portside, clientFetch } = clients();
  const provider = new OpenAIProvider({
    openAIClient: new OpenAI({ baseURL: portside.baseUrl, apiKey: portside.token, maxRetries: 0, fetch: clientFetch }),
    useResponses: true,
    useResponsesWebSocket: isWebSocket,
  });
  return {
    runner: new Runner({ modelProvider: provider, tracingDisabled: true }),
    [Symbol.asyncDispose]: () => provider.close(),
  };
};

const createAgent = (seen: number[], store: boolean) =>
  new Agent({
    name: 'Scout',
    instructions: 'Look at everything.',
    model: 'composer-2.5',
    modelSettings: { store },
    tools: [
      tool({
        name: 'look',
        description: 'Looks at a place.',
        parameters: z.object({ at: z.number() }),
        execute({ at }) {
          seen.push(at);
          return `thing ${at}`;
        },
      }),
    ],
  });

describe.each([
  { way: 'HTTP', isWebSocket: false },
  { way: 'WebSocket', isWebSocket: true },
])('an agent over $way', ({ way, isWebSocket }) => {
  test.each([
    { stream: false, store: true },
    { stream: true, store: true },
    { stream: false, store: false },
    { stream: true, store: false },
  ])(`${ROUNDS} rounds of tools are one run ($stream, $store)`, async ({ stream, store }) => {
    const { openai, portside, takeConversations } = clients();
    const rounds = Array.from({ length: ROUNDS }, (_, at) => at);
    await portside.simulator.setScenario([
      ...rounds.flatMap((at) => [{ thinking: `Round ${at}.` }, { call: { tool: 'look', args: { at } } }]),
      { text: 'I saw {{result.0}} and {{result.19}}.' },
      { usage: { input: 100_000, output: 4000 } },
    ]);
    const seen: number[] = [];
    await using running = startRunner(isWebSocket);
    const agent = createAgent(seen, store);
    const question = `Look around, ${way} ${stream} ${store}`;
    const options = { maxTurns: ROUNDS + 2 };
    const run = async () => {
      if (!stream) return await running.runner.run(agent, question, options);
      const result = await running.runner.run(agent, question, { ...options, stream: true });
      const kinds = new Set<string>();
      for await (const event of result)
        kinds.add(event.type === 'raw_model_stream_event' ? event.data.type : event.type);
      expect([...kinds]).toEqual(
        expect.arrayContaining(['run_item_stream_event', 'output_text_delta', 'response_done']),
      );
      await result.completed;
      return result;
    };
    const { finalOutput, rawResponses, lastResponseId, state } = await run();
    expect(finalOutput).toBe('I saw thing 0 and thing 19.');
    expect(seen).toEqual(rounds);
    expect(rawResponses).toHaveLength(ROUNDS + 1);
    const simulated = await portside.simulator.onlyRun();
    expect([simulated.status, simulated.toolResults.length, simulated.systemPrompt]).toEqual([
      'finished',
      ROUNDS,
      'Look at everything.',
    ]);
    expect(simulated.prompt).toBe(question);
    expect(state.usage.inputTokens).toBe(100_000);
    if (!isWebSocket) expect(takeConversations()).toEqual(['new', ...rounds.map(() => 'resumed-tools')]);
    const stored = openai.responses.retrieve(lastResponseId ?? '');
    if (store) expect(await stored).toMatchObject({ status: 'completed', output_text: finalOutput });
    else await expect(stored).rejects.toMatchObject({ status: 404 });
  });

  test('goes on by previousResponseId with the same agent', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: 'Noted.' }]);
    await using running = startRunner(isWebSocket);
    const agent = createAgent([], true);
    const first = await running.runner.run(agent, `I like cats ${way}`);
    const { lastResponseId: previousResponseId } = first;
    await running.runner.run(agent, 'And dogs', { ...(previousResponseId !== undefined && { previousResponseId }) });
    const [before, after] = await portside.simulator.runs();
    expect(after).toMatchObject({ agentId: before?.agentId, prompt: 'And dogs' });
    expect(await openai.responses.retrieve(previousResponseId ?? '')).toMatchObject({ output_text: 'Noted.' });
  });

  test('goes on in a conversation', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([
      { call: { tool: 'look', args: { at: 1 } } },
      { text: 'I saw {{result.0}}.' },
    ]);
    const { id: conversationId } = await openai.conversations.create();
    const seen: number[] = [];
    await using running = startRunner(isWebSocket);
    const { finalOutput } = await running.runner.run(createAgent(seen, true), `Look ${way}`, { conversationId });
    expect([finalOutput, seen]).toEqual(['I saw thing 1.', [1]]);
    const { data } = await openai.conversations.items.list(conversationId, { order: 'asc' });
    expect(data.map(({ type }) => type)).toEqual(['message', 'function_call', 'function_call_output', 'message']);
    await portside.simulator.onlyRun();
  });

  test('an answer in the form of a schema', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario([{ text: '{"name":"Oslo","people":717000}', chunk: 5 }]);
    await using running = startRunner(isWebSocket);
    const outputType = z.object({ name: z.string(), people: z.number() });
    const agent = new Agent({ name: 'Atlas', instructions: 'Answer.', model: 'composer-2.5', outputType });
    const { finalOutput, lastResponseId } = await running.runner.run(agent, 'A city');
    expect(finalOutput).toEqual({ name: 'Oslo', people: 717_000 });
    expect(await openai.responses.retrieve(lastResponseId ?? '')).toMatchObject({
      text: { format: { type: 'json_schema', strict: true } },
    });
  });

  test('is told of a failure, and goes on after it', async () => {
    const { openai, portside } = clients();
    await portside.simulator.setScenario({
      rules: [
        {
          when: { prompt: 'Fail' },
          then: [{ fail: { code: 'resource_exhausted', error: 50, message: 'Slow down.' } }],
        },
        { then: [{ text: 'Fine.' }] },
      ],
    });
    await using running = startRunner(isWebSocket);
    const agent = createAgent([], true);
    const failure: unknown = await running.runner.run(agent, 'Fail').catch((error: unknown) => error);
    // Over a WebSocket, the SDK tells nothing of the error that it is sent.
    expect(String(failure)).toMatch(isWebSocket ? /unsuccessful terminal state "error"/ : /429/);
    const { finalOutput, lastResponseId } = await running.runner.run(agent, 'Hi');
    expect(finalOutput).toBe('Fine.');
    expect(await openai.responses.retrieve(lastResponseId ?? '')).toMatchObject({ output_text: 'Fine.' });
  });
});
