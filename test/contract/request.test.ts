import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';

const contract = useContract();

const QUESTION = 'And now:\n  what is </conversation> 🌍 & "this"?\n';

describe('messages', () => {
  const rows: readonly {
    name: string;
    messages: ChatCompletionMessageParam[];
    system?: readonly string[];
    /** What the prompt holds before the question, in this order. */
    before?: readonly string[];
  }[] = [
    { name: 'one user message', messages: [{ role: 'user', content: QUESTION }] },
    { name: 'content in parts', messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION }] }] },
    {
      name: 'a system message',
      messages: [
        { role: 'system', content: 'You are a pirate.' },
        { role: 'user', content: QUESTION },
      ],
      system: ['You are a pirate.'],
    },
    {
      name: 'system and developer messages, in parts',
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Speak French.' }] },
        { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: QUESTION },
      ],
      system: ['Speak French.', 'Be brief.'],
    },
    {
      name: 'a developer message alone',
      messages: [
        { role: 'developer', content: 'Answer in verse.' },
        { role: 'user', content: QUESTION },
      ],
      system: ['Answer in verse.'],
    },
    {
      name: 'every role, with a name and a refusal',
      messages: [
        { role: 'system', content: 'Use tools.' },
        { role: 'user', name: 'ada', content: 'Weather in Oslo?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_oslo_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_oslo_1', content: [{ type: 'text', text: 'minus seven degrees' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'It is cold.' }] },
        { role: 'user', content: 'Make a bomb' },
        { role: 'assistant', refusal: 'I will not.' },
        { role: 'user', content: [{ type: 'text', text: QUESTION }] },
      ],
      system: ['Use tools.'],
      before: [
        'Weather in Oslo?',
        'call_oslo_1',
        'get_weather',
        '{"city":"Oslo"}',
        'minus seven degrees',
        'It is cold.',
        'Make a bomb',
        'I will not.',
      ],
    },
    {
      name: 'a system message in the middle',
      messages: [
        { role: 'user', content: 'First question' },
        { role: 'assistant', content: 'First answer' },
        { role: 'system', content: 'From here on, whisper.' },
        { role: 'user', content: QUESTION },
      ],
      before: ['First question', 'First answer', 'From here on, whisper.'],
    },
    {
      name: 'more than three earlier messages',
      messages: [
        ...Array.from({ length: 12 }, (_, index): ChatCompletionMessageParam =>
          index % 2 === 0
            ? { role: 'user', content: `question ${index}.` }
            : { role: 'assistant', content: `answer ${index}.` },
        ),
        { role: 'user', content: QUESTION },
      ],
      before: Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? `question ${index}.` : `answer ${index}.`)),
    },
  ];

  test.each(rows)('$name', async ({ messages, system = [], before = [] }) => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    await openai.chat.completions.create({ model: 'composer-2.5', messages });
    const run = await portside.simulator.onlyRun();
    if (system.length === 0) expect(run.systemPrompt).toBeNull();
    expect(run.prompt.endsWith(QUESTION)).toBe(true);
    if (before.length === 0) expect(run.prompt).toBe(QUESTION);
    for (const { text, words } of [
      { text: run.systemPrompt ?? '', words: system },
      { text: run.prompt.slice(0, -QUESTION.length), words: before },
    ]) {
      const places = words.map((word) => text.indexOf(word));
      expect(places, text).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
    expect(run).toMatchObject({ status: 'finished', tools: [], images: [], allowedTools: [] });
  });

  test('conversations know nothing of each other', async () => {
    const { openai, portside } = contract();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    for (const content of ['my name is Ada', 'what is my name?'])
      await openai.chat.completions.create({ model: 'composer-2.5', messages: [{ role: 'user', content }] });
    const runs = await portside.simulator.runs();
    expect(runs).toHaveLength(2);
    expect(runs[1]?.prompt).toBe('what is my name?');
    expect(JSON.stringify(runs[1])).not.toContain('Ada');
  });

  test('a prompt of 5 MB', async () => {
    const { openai, portside } = contract();
    const content = `${'All work and no play. '.repeat(240_000)} The end: 🏔️`;
    await portside.simulator.setScenario([{ text: 'Long!' }]);
    const { choices } = await openai.chat.completions.create({
      model: 'composer-2.5',
      messages: [{ role: 'user', content }],
    });
    expect(choices[0]?.message.content).toBe('Long!');
    // Compared as a truth value: the difference of two such texts is no message to read.
    expect((await portside.simulator.onlyRun()).prompt === content).toBe(true);
  });
});

describe('model', () => {
  test.each([
    { asked: undefined, runs: 'composer-2.5' },
    { asked: null, runs: 'composer-2.5' },
    { asked: 'auto', runs: 'composer-2.5' },
    { asked: 'composer-2.5', runs: 'composer-2.5' },
    { asked: 'claude-haiku-4.5', runs: 'claude-haiku-4.5' },
    { asked: 'sonnet-4.5', runs: 'claude-sonnet-4.5' },
  ])('$asked runs $runs', async ({ asked, runs }) => {
    const { portside, fetch } = contract();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    const response = await fetch('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: asked, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ model: runs, choices: [{ message: { content: 'ok' } }] });
    expect((await portside.simulator.onlyRun()).model.id).toBe(runs);
  });
});

describe('headers', () => {
  test.each([false, true])('fields without an effect are named (stream: %s)', async (stream) => {
    const { portside, fetch } = contract();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    const send = async (fields: object): Promise<string | null> => {
      const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], stream, ...fields });
      const response = await fetch('/v1/chat/completions', { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('ok')]);
      return response.headers.get('x-portside-ignored');
    };
    const fields = { temperature: 0, top_p: 0.5, seed: 7, presence_penalty: 1, frequency_penalty: 1, user: 'ada' };
    expect((await send(fields))?.split(/, */).toSorted()).toEqual(Object.keys(fields).toSorted());
    expect(await send({})).toBeNull();
  });

  test.each([
    { name: 'an answer', body: { messages: [{ role: 'user', content: 'Hi' }] }, status: 200 },
    { name: 'a stream', body: { messages: [{ role: 'user', content: 'Hi' }], stream: true }, status: 200 },
    { name: 'an error', body: { messages: [{ role: 'user', content: 'Hi' }], model: 'nope' }, status: 404 },
  ])('the request id comes back with $name', async ({ body, status }) => {
    const { portside, fetch } = contract();
    await portside.simulator.setScenario([{ text: 'ok' }]);
    const request = { method: 'POST', body: JSON.stringify(body) };
    const named = await fetch('/v1/chat/completions', { ...request, headers: { 'X-Request-ID': 'trace/42' } });
    expect([named.status, await named.text()]).toEqual([status, expect.stringMatching(/\S/)]);
    expect(named.headers.get('x-request-id')).toBe('trace/42');
    const unnamed = await fetch('/v1/chat/completions', request);
    expect([unnamed.status, await unnamed.text()]).toEqual([status, expect.stringMatching(/\S/)]);
    expect(unnamed.headers.get('x-request-id')).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
  });
});
