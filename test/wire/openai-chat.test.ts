import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { ChoiceEvent } from '../../src/core/run-event.ts';
import type { ChatAnswerOptions } from '../../src/protocols/openai-chat/answer-options.ts';
import { createChatStreamEncoder } from '../../src/protocols/openai-chat/encode.ts';
import { createChatResult } from '../../src/protocols/openai-chat/result.ts';
import { toOpenAiError } from '../../src/protocols/openai-error.ts';
import { runs, twoChoices } from '../fixtures/runs.ts';
import { foldChatChunks } from '../support/fold-chat-chunks.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { parseSse } from '../support/parse-sse.ts';

const identity = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'composer-2.5' };

const opus = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };

/** Every run as a plain request meets it, and what changes with the request. */
const answers: Readonly<Record<string, { events: readonly ChoiceEvent[]; options?: ChatAnswerOptions }>> = {
  ...Object.fromEntries(Object.entries(runs).map(([name, events]) => [name, { events }])),
  ...Object.fromEntries(
    Object.entries(twoChoices).map(([name, events]) => [name, { events, options: { choices: 2 } }]),
  ),
  'legacy function call': { events: runs['one tool call'] ?? [], options: { usesLegacyFunctions: true } },
  'text then a legacy function call': {
    events: runs['text then a tool call'] ?? [],
    options: { usesLegacyFunctions: true },
  },
  'named session': { events: runs['text'] ?? [], options: { sessionId: 'my-session' } },
  'known price': { events: runs['cached and reasoning tokens'] ?? [], options: { price: opus } },
  'known price of two choices': {
    events: twoChoices['two choices interleaved'] ?? [],
    options: { choices: 2, price: opus },
  },
};

const encode = (name: string, includeUsage: boolean): string => {
  const { events = [], options } = answers[name] ?? {};
  const encoder = createChatStreamEncoder(identity, { ...options, includeUsage });
  return events.map((event) => encoder.push(event)).join('');
};

const fold = (name: string): object => {
  const { events = [], options } = answers[name] ?? {};
  const result = createChatResult(identity, options);
  for (const event of events) result.push(event);
  try {
    return result.toResult();
  } catch (error) {
    return toOpenAiError(GatewayError.from(error));
  }
};

describe.each(Object.keys(answers))('%s', (name) => {
  const file = `golden/openai-chat/${name.replaceAll(' ', '-')}`;

  test('as a stream', async () => {
    await expect(encode(name, false)).toMatchFileSnapshot(`${file}.sse`);
  });

  test('as a stream with usage', async () => {
    await expect(encode(name, true)).toMatchFileSnapshot(`${file}.usage.sse`);
  });

  test('as JSON', async () => {
    await expect(`${JSON.stringify(fold(name), null, 2)}\n`).toMatchFileSnapshot(`${file}.json`);
  });

  test.each([false, true])('every chunk is valid by OpenAI’s schema (usage: %s)', (includeUsage) => {
    const chunks = parseSse(encode(name, includeUsage))
      .filter((data) => data !== '[DONE]')
      .map((data) => JSON.parse(data));
    expect(chunks.length).toBeGreaterThan(0);
    for (const chunk of chunks) {
      const schema = 'error' in chunk ? 'ErrorResponse' : 'CreateChatCompletionStreamResponse';
      expect(findSchemaErrors(schema, chunk)).toEqual([]);
    }
  });

  test('the JSON answer is valid by OpenAI’s schema', () => {
    const answer = fold(name);
    expect(findSchemaErrors('error' in answer ? 'ErrorResponse' : 'CreateChatCompletionResponse', answer)).toEqual([]);
  });

  test('folding the stream gives the JSON answer', () => {
    expect(foldChatChunks(parseSse(encode(name, true)))).toEqual(fold(name));
  });
});

test('a heartbeat before any output opens the stream, later ones are empty deltas', () => {
  const encoder = createChatStreamEncoder(identity, { includeUsage: false });
  const deltas = [encoder.heartbeat(), encoder.heartbeat(), encoder.push({ type: 'text-start', id: 't' })].map((text) =>
    parseSse(text).map((data) => JSON.parse(data).choices[0].delta),
  );
  expect(deltas).toEqual([[{ role: 'assistant', content: '', refusal: null }], [{}], []]);
});

test('a heartbeat goes to a choice that has not ended', () => {
  const encoder = createChatStreamEncoder(identity, { choices: 2 });
  const heartbeat = () => parseSse(encoder.heartbeat()).map((data) => JSON.parse(data).choices[0]);
  encoder.push({ type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1, choice: 0 });
  expect([heartbeat(), heartbeat()]).toMatchObject([
    [{ index: 1, delta: { role: 'assistant' } }],
    [{ index: 1, delta: {} }],
  ]);
});

test('an answer of which a choice is missing is none', () => {
  const result = createChatResult(identity, { choices: 2 });
  for (const event of runs['text'] ?? []) result.push(event);
  expect(() => result.toResult()).toThrow(/without an answer/);
});

test('the schema helper does find errors', () => {
  expect(findSchemaErrors('CreateChatCompletionResponse', { id: 'x', choices: [{}] })).not.toEqual([]);
});
