import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/core/gateway-error.ts';
import type { ChoiceEvent } from '../../src/core/run-event.ts';
import type { MessageAnswerOptions } from '../../src/protocols/anthropic/answer-options.ts';
import { createMessageStreamEncoder } from '../../src/protocols/anthropic/encode.ts';
import { toAnthropicError } from '../../src/protocols/anthropic/error.ts';
import { createMessageResult } from '../../src/protocols/anthropic/result.ts';
import { runs } from '../fixtures/runs.ts';
import { checkMessageStream } from '../support/check-message-stream.ts';
import { foldMessageEvents } from '../support/fold-message-events.ts';
import { parseSse } from '../support/parse-sse.ts';

const identity = { id: 'msg_1', model: 'composer-2.5', requestId: 'request-1' };
const shown: MessageAnswerOptions = { thinkingDisplay: 'shown' };

/** Every run as a request that wants to see the thinking meets it, and what changes with the request. */
const answers: Readonly<Record<string, { events: readonly ChoiceEvent[]; options: MessageAnswerOptions }>> = {
  ...Object.fromEntries(Object.entries(runs).map(([name, events]) => [name, { events, options: shown }])),
  'thinking that nobody asked for': { events: runs['reasoning between texts'] ?? [], options: {} },
  'thinking without its text': {
    events: runs['reasoning then tool calls'] ?? [],
    options: { thinkingDisplay: 'omitted' },
  },
  'tool of a long name': {
    events: runs['one tool call'] ?? [],
    options: { toolNames: new Map([['get_weather', 'mcp__weather__get_weather']]) },
  },
  'stop sequence that is known': {
    events: [
      ...(runs['cut at a stop sequence'] ?? []).slice(0, -1),
      { type: 'run-end', finishReason: 'stop', stopSequence: 'three', usage: null, durationMs: 10 },
    ],
    options: shown,
  },
};

const encode = (name: string): string => {
  const { events = [], options } = answers[name] ?? {};
  const encoder = createMessageStreamEncoder(identity, options);
  return events.map((event) => encoder.push(event)).join('');
};

const fold = (name: string): object => {
  const { events = [], options } = answers[name] ?? {};
  const result = createMessageResult(identity, options);
  for (const event of events) result.push(event);
  try {
    return result.toResult();
  } catch (error) {
    return toAnthropicError(GatewayError.from(error), identity.requestId);
  }
};

const toEvents = (text: string) => parseSse(text).map((data) => JSON.parse(data));

describe.each(Object.keys(answers))('%s', (name) => {
  const file = `golden/anthropic/${name.replaceAll(' ', '-')}`;

  test('as a stream', async () => {
    await expect(encode(name)).toMatchFileSnapshot(`${file}.sse`);
  });

  test('as JSON', async () => {
    await expect(`${JSON.stringify(fold(name), null, 2)}\n`).toMatchFileSnapshot(`${file}.json`);
  });

  test('folding the stream gives the JSON answer', () => {
    expect(foldMessageEvents(parseSse(encode(name)))).toEqual(fold(name));
  });

  test('the stream has the grammar that clients go by', () => {
    checkMessageStream(encode(name));
  });
});

test('a heartbeat before any output opens the stream, later ones are pings', () => {
  const encoder = createMessageStreamEncoder(identity);
  const types = [encoder.heartbeat(), encoder.heartbeat(), encoder.push({ type: 'text-start', id: 't' })].map((text) =>
    toEvents(text).map(({ type }) => type),
  );
  expect(types).toEqual([['message_start'], ['ping'], ['content_block_start']]);
});

test('nothing is sent before there is output, so that a failure keeps its status', () => {
  const encoder = createMessageStreamEncoder(identity);
  expect(encoder.push({ type: 'run-start', runId: 'r', agentId: 'a' })).toBe('');
  expect(encoder.push({ type: 'reasoning-start', id: 'r' })).toBe('');
});

test('a run that ends without an answer is none', () => {
  const result = createMessageResult(identity);
  result.push({ type: 'text-start', id: 't' });
  expect(() => result.toResult()).toThrow(/without an answer/);
});

test.each([
  ['', {}],
  ['{"city":', { arguments: '{"city":' }],
])('arguments that are no JSON do not break the answer: %j', (text, input) => {
  const result = createMessageResult(identity);
  result.push({ type: 'tool-call', id: 'c', name: 'f', arguments: text });
  result.push({ type: 'run-end', finishReason: 'tool_calls', usage: null, durationMs: 0 });
  expect(result.toResult()).toMatchObject({ content: [{ type: 'tool_use', input }] });
});

test('what was read from the cache is not counted twice', () => {
  expect(fold('cached and reasoning tokens')).toMatchObject({
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 5,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 8 },
    },
  });
});
