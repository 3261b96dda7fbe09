import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import { createChatStreamEncoder } from '../../src/protocols/openai-chat/encode.ts';
import { createChatResult } from '../../src/protocols/openai-chat/result.ts';
import { toOpenAiError } from '../../src/protocols/openai-error.ts';
import { runs } from '../fixtures/runs.ts';
import { foldChatChunks } from '../support/fold-chat-chunks.ts';
import { findSchemaErrors } from '../support/openai-schema.ts';
import { parseSse } from '../support/parse-sse.ts';

const identity = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'composer-2.5' };

const encode = (name: string, includeUsage: boolean): string => {
  const encoder = createChatStreamEncoder(identity, { includeUsage });
  return (runs[name] ?? []).map((event) => encoder.push(event)).join('');
};

const fold = (name: string): object => {
  const result = createChatResult(identity);
  for (const event of runs[name] ?? []) result.push(event);
  try {
    return result.toResult();
  } catch (error) {
    return toOpenAiError(GatewayError.from(error));
  }
};

describe.each(Object.keys(runs))('%s', (name) => {
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

test('the schema helper does find errors', () => {
  expect(findSchemaErrors('CreateChatCompletionResponse', { id: 'x', choices: [{}] })).not.toEqual([]);
});
