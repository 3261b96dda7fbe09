import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { ChoiceEvent } from '../../src/core/run-event.ts';
import { toOpenAiError } from '../../src/protocols/openai-error.ts';
import type { CompletionAnswerOptions } from '../../src/protocols/openai-completions/answer-options.ts';
import { createCompletionStreamEncoder } from '../../src/protocols/openai-completions/encode.ts';
import { createCompletionResult } from '../../src/protocols/openai-completions/result.ts';
import { runs, twoChoices } from '../fixtures/runs.ts';
import { foldCompletionChunks } from '../support/fold-completion-chunks.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { parseSse } from '../support/parse-sse.ts';

const identity = { id: 'cmpl-1', created: 1_700_000_000, model: 'composer-2.5' };

const opus = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };

/** Every run as a plain request meets it, and what changes with the request. */
const answers: Readonly<Record<string, { events: readonly ChoiceEvent[]; options?: CompletionAnswerOptions }>> = {
  ...Object.fromEntries(Object.entries(runs).map(([name, events]) => [name, { events }])),
  ...Object.fromEntries(
    Object.entries(twoChoices).map(([name, events]) => [name, { events, options: { echoes: ['', ''] } }]),
  ),
  echo: { events: runs['text'] ?? [], options: { echoes: ['Say "Hello there!"\n'] } },
  'echo without any output': { events: runs['no output at all'] ?? [], options: { echoes: ['Say nothing.'] } },
  'echo of two prompts': {
    events: twoChoices['two choices interleaved'] ?? [],
    options: { echoes: ['First: ', 'Second: '] },
  },
  'named session': { events: runs['text'] ?? [], options: { sessionId: 'my-session' } },
  'known price': { events: runs['cached and reasoning tokens'] ?? [], options: { price: opus } },
};

const encode = (name: string, includeUsage: boolean): string => {
  const { events = [], options } = answers[name] ?? {};
  const encoder = createCompletionStreamEncoder(identity, { ...options, includeUsage });
  return events.map((event) => encoder.push(event)).join('');
};

const fold = (name: string): object => {
  const { events = [], options } = answers[name] ?? {};
  const result = createCompletionResult(identity, options);
  for (const event of events) result.push(event);
  try {
    return result.toResult();
  } catch (error) {
    return toOpenAiError(GatewayError.from(error));
  }
};

describe.each(Object.keys(answers))('%s', (name) => {
  const file = `golden/openai-completions/${name.replaceAll(' ', '-')}`;

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
      expect(findSchemaErrors('error' in chunk ? 'ErrorResponse' : 'CreateCompletionResponse', chunk)).toEqual([]);
    }
  });

  test('the JSON answer is valid by OpenAI’s schema, and every choice says why it ended', () => {
    const answer = fold(name);
    expect(findSchemaErrors('error' in answer ? 'ErrorResponse' : 'CreateCompletionResponse', answer)).toEqual([]);
    expect(JSON.stringify(answer)).not.toMatch(/"(?:finish_reason|usage)":null/);
  });

  test('folding the stream gives the JSON answer', () => {
    expect(foldCompletionChunks(parseSse(encode(name, true)))).toEqual(fold(name));
  });
});

test('a heartbeat is a chunk without text, after what is echoed', () => {
  const encoder = createCompletionStreamEncoder(identity, { echoes: ['Once', 'Twice'] });
  const heartbeat = () => parseSse(encoder.heartbeat()).map((data) => JSON.parse(data).choices[0]);
  expect([heartbeat(), heartbeat()]).toMatchObject([[{ index: 0, text: 'Once' }], [{ index: 0, text: '' }]]);
  encoder.push({ type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1, choice: 0 });
  expect(heartbeat()).toMatchObject([{ index: 1, text: 'Twice', finish_reason: null }]);
});

test('an answer of which a choice is missing is none', () => {
  const result = createCompletionResult(identity, { echoes: ['', ''] });
  for (const event of runs['text'] ?? []) result.push(event);
  expect(() => result.toResult()).toThrow(/without an answer/);
});
