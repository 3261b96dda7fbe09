import type { ChatCompletionChunk, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';
import { parseSse } from '../support/parse-sse.ts';
import type { Steps } from '../support/simulator-control.ts';

const contract = useContract();

const ask = (content: string): { model: string; messages: ChatCompletionMessageParam[] } => ({
  model: 'composer-2.5',
  messages: [{ role: 'user', content }],
});

const collect = async (stream: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletionChunk[]> => {
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

const join = (chunks: readonly ChatCompletionChunk[], field: string): string =>
  chunks
    .flatMap(({ choices }) =>
      choices.map(({ delta }) => Object.entries(delta).find(([name]) => name === field)?.[1] ?? ''),
    )
    .join('');

const UNICODE = 'Grüße, 世界! 👩‍👩‍👧‍👦 🇳🇴 e\u0301 𝒳 \u05d0\u05d1\u202e\u0000\u2028\n\tdata: x\n\n</message>';

const answers: readonly { name: string; steps: Steps; text: string; reasoning?: string }[] = [
  { name: 'a short text', steps: [{ text: 'Hello there!' }], text: 'Hello there!' },
  {
    name: 'several texts',
    steps: [{ text: 'One, ' }, { text: 'two, ' }, { sleepMs: 20 }, { text: 'three' }],
    text: 'One, two, three',
  },
  { name: 'a long text', steps: [{ text: 'lorem ipsum '.repeat(2000), chunk: 7 }], text: 'lorem ipsum '.repeat(2000) },
  { name: 'any character, one by one', steps: [{ text: UNICODE, chunk: 1 }], text: UNICODE },
  {
    name: 'thinking before text',
    steps: [{ thinking: 'Hm, let me see. 🤔' }, { text: 'Done.' }],
    text: 'Done.',
    reasoning: 'Hm, let me see. 🤔',
  },
];

describe.each(answers)('$name', ({ steps, text, reasoning = '' }) => {
  test('as JSON', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    const completion = await openai.chat.completions.create(ask('Go'));
    const { runId, agentId } = await portside.simulator.onlyRun();
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'composer-2.5',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      cursor_metadata: { duration_ms: expect.any(Number), run_id: expect.any(String), agent_id: agentId },
    });
    expect(runId).not.toBe('');
    expect(Object.entries(completion.choices[0]?.message ?? {})).toEqual(
      reasoning === ''
        ? expect.not.arrayContaining([['reasoning_content', expect.anything()]])
        : expect.arrayContaining([['reasoning_content', reasoning]]),
    );
  });

  test('as a stream', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    const chunks = await collect(await openai.chat.completions.create({ ...ask('Go'), stream: true }));
    expect(chunks[0]?.choices).toMatchObject([{ index: 0, delta: { role: 'assistant' }, finish_reason: null }]);
    expect(join(chunks.slice(0, 1), 'content')).toBe('');
    expect(join(chunks, 'role')).toBe('assistant');
    expect(join(chunks, 'content')).toBe(text);
    expect(join(chunks, 'reasoning_content')).toBe(reasoning);
    const reasons = chunks.flatMap(({ choices }) => choices.map((choice) => choice.finish_reason));
    expect(reasons.filter((reason) => reason !== null)).toEqual(['stop']);
    expect(reasons.at(-1)).toBe('stop');
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    // Half a character would reach the client as a replacement sign.
    for (const { choices } of chunks) expect(choices[0]?.delta.content?.isWellFormed() ?? true).toBe(true);
    expect(chunks.at(-1)).toMatchObject({
      cursor_metadata: { duration_ms: expect.any(Number), run_id: expect.any(String), agent_id: expect.any(String) },
    });
  });

  test('through the stream helper', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    const stream = openai.chat.completions.stream({ ...ask('Go'), stream_options: { include_usage: true } });
    expect(await stream.finalContent()).toBe(text);
    const completion = await stream.finalChatCompletion();
    expect(completion.choices).toMatchObject([
      { message: { role: 'assistant', content: text }, finish_reason: 'stop' },
    ]);
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
  });
});

describe('usage', () => {
  const steps: Steps = [
    { text: 'Hi.' },
    { usage: { input: 11, output: 7, cacheRead: 3, cacheWrite: 2, reasoning: 4 } },
  ];
  const usage = {
    prompt_tokens: 16,
    completion_tokens: 7,
    total_tokens: 23,
    prompt_tokens_details: { cached_tokens: 3 },
    completion_tokens_details: { reasoning_tokens: 4 },
  };

  test('is what upstream reported', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    expect(await openai.chat.completions.create(ask('Go'))).toMatchObject({ usage });
  });

  test('comes in a chunk of its own where it is asked for', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario(steps);
    const chunks = await collect(
      await openai.chat.completions.create({ ...ask('Go'), stream: true, stream_options: { include_usage: true } }),
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.usage).toBeNull();
      expect(chunk.choices).toHaveLength(1);
    }
  });

  test.each([{}, { stream_options: null }, { stream_options: { include_usage: false } }])(
    'is left out of a stream with %j',
    async (options) => {
      const { portside, fetch } = contract();
      await portside.simulator.setScenario(steps);
      const response = await fetch('/v1/chat/completions', {
        method: 'POST',
        body: JSON.stringify({ ...ask('Go'), stream: true, ...options }),
      });
      const data = parseSse(await response.text());
      expect(data.at(-1)).toBe('[DONE]');
      for (const line of data.slice(0, -1)) expect(JSON.parse(line)).not.toHaveProperty('usage');
    },
  );

  test('is a quarter of the characters where upstream was told nothing', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'x'.repeat(400) }]);
    const { usage: counted } = await openai.chat.completions.create(ask('y'.repeat(200)));
    expect(counted).toMatchObject({ completion_tokens: 100 });
    expect(counted?.prompt_tokens).toBeGreaterThanOrEqual(50);
  });
});
