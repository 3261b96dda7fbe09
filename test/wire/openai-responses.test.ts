import { describe, expect, test } from 'vitest';
import { createResponseSseEncoder, toSseFrame } from '../../src/protocols/openai-responses/sse.ts';
import { replayResponse } from '../../src/protocols/openai-responses/replay.ts';
import type { ResponseEvent, ResponseObject } from '../../src/protocols/openai-responses/response-object.ts';
import { toSocketFrame } from '../../src/protocols/openai-responses/socket-frame.ts';
import { runs } from '../fixtures/runs.ts';
import { checkResponseEvents } from '../support/check-response-events.ts';
import {
  createTestEncoder,
  type EncodedResponseOptions,
  encodeStep,
  type EncoderStep,
} from '../support/encode-response.ts';
import { foldResponseEvents } from '../support/fold-response-events.ts';
import { findResponseEventErrors, findSchemaErrors } from '../support/openai-schema.ts';
import { parseSse } from '../support/parse-sse.ts';

const opus = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 };

const tools: EncodedResponseOptions['tools'] = {
  apply_patch: { kind: 'custom', name: 'apply_patch', namespace: null },
  files__read: { kind: 'function', name: 'read', namespace: 'files' },
  files__patch: { kind: 'custom', name: 'patch', namespace: 'files' },
};
const start: EncoderStep = { type: 'run-start', runId: 'run-1', agentId: 'agent-1' };
const callsEnd: EncoderStep = { type: 'run-end', finishReason: 'tool_calls', usage: null, durationMs: 10 };
const cutEnd: EncoderStep = { type: 'run-end', finishReason: 'length', usage: null, durationMs: 10 };
const once: readonly EncoderStep[] = [
  start,
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', text: 'Once' },
];
const thought: readonly EncoderStep[] = [
  start,
  { type: 'reasoning-start', id: 'r1' },
  { type: 'reasoning-delta', id: 'r1', text: 'Hm.' },
];
const failure: EncoderStep = {
  type: 'run-error',
  error: { code: 'upstream_error', message: 'Cursor ended the stream.' },
};
const call = (name: string, text: string): EncoderStep => ({
  type: 'tool-call',
  id: 'call_1',
  name,
  arguments: text,
});

interface Answer {
  readonly steps: readonly EncoderStep[];
  readonly options?: EncodedResponseOptions;
}

/** Every run as a plain request meets it, what changes with the request, and what its sender may do meanwhile. */
const answers: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(Object.entries(runs).map(([name, steps]) => [name, { steps }])),
  'summary of reasoning then text': { steps: runs['reasoning then text'] ?? [], options: { showsSummary: true } },
  'summary of reasoning then tool calls': {
    steps: runs['reasoning then tool calls'] ?? [],
    options: { showsSummary: true },
  },
  'encrypted reasoning': {
    steps: runs['reasoning then text'] ?? [],
    options: { includesEncryptedReasoning: true },
  },
  'known price': { steps: runs['cached and reasoning tokens'] ?? [], options: { price: opus } },
  'known price without usage': { steps: runs['no usage reported'] ?? [], options: { price: opus } },
  'custom tool': {
    steps: [start, call('apply_patch', '{"input":"*** Begin\\n\\"a\\""}'), callsEnd],
    options: { tools },
  },
  'namespaced tool': { steps: [start, call('files__read', '{"path":"a"}'), callsEnd], options: { tools } },
  'namespaced custom tool': { steps: [start, call('files__patch', '{"input":""}'), callsEnd], options: { tools } },
  'cut in a second text': {
    steps: [
      ...once,
      { type: 'text-end', id: 't1' },
      { type: 'text-start', id: 't2' },
      { type: 'text-end', id: 't2' },
      cutEnd,
    ],
  },
  'cut in the reasoning': {
    steps: [...thought, { type: 'reasoning-end', id: 'r1' }, cutEnd],
    options: { showsSummary: true },
  },
  'error in the reasoning': { steps: [...thought, failure], options: { showsSummary: true } },
  'error after a whole text': { steps: [...once, { type: 'text-end', id: 't1' }, failure] },
  'opened early': { steps: ['open', 'open', ...(runs['text'] ?? [])] },
  'keepalive before any output': { steps: ['keepalive', ...(runs['text'] ?? [])] },
  'keepalive in the middle': { steps: [...once, 'keepalive', 'keepalive', ...(runs['text'] ?? []).slice(-2)] },
  background: { steps: ['open', ...(runs['text'] ?? [])], options: { isBackground: true } },
  'background with keepalive in the queue': {
    steps: ['keepalive', ...(runs['one tool call'] ?? [])],
    options: { isBackground: true },
  },
  'background that fails in the queue': { steps: ['open', failure], options: { isBackground: true } },
  'background cancelled in the queue': { steps: ['open', 'cancel'], options: { isBackground: true } },
  'cancelled before any output': { steps: [start, 'cancel'] },
  'cancelled in a text': { steps: [...once, 'cancel'] },
  'cancelled after a whole text': { steps: [...once, { type: 'text-end', id: 't1' }, 'cancel'] },
  'cancelled in the reasoning': { steps: [...thought, 'cancel'] },
};

const toSse = ({ steps, options }: Answer): string => {
  const encoder = createTestEncoder(options);
  const stream = createResponseSseEncoder(encoder);
  return steps
    .map((step) => {
      if (step === 'keepalive') return stream.heartbeat();
      return typeof step === 'string' ? encoder[step]().map(toSseFrame).join('') : stream.push(step);
    })
    .join('');
};

const toFrames = ({ steps, options }: Answer, streamId: string | null): string[] => {
  const encoder = createTestEncoder(options);
  return steps.flatMap((step) => encodeStep(encoder, step)).map((event) => toSocketFrame(event, streamId));
};

const toJson = ({ steps, options }: Answer): ResponseObject => {
  const encoder = createTestEncoder(options);
  for (const step of steps) encodeStep(encoder, step);
  return encoder.response;
};

const parse = (texts: readonly string[]): ResponseEvent[] => texts.map((text) => JSON.parse(text));

const expectValid = (events: readonly ResponseEvent[]): void => {
  checkResponseEvents(events);
  for (const event of events) expect(findResponseEventErrors(event), event.type).toEqual([]);
};

describe.each(Object.entries(answers))('%s', (name, answer) => {
  const file = `golden/openai-responses/${name.replaceAll(' ', '-')}`;

  test('as JSON', async () => {
    const response = toJson(answer);
    await expect(`${JSON.stringify(response, null, 2)}\n`).toMatchFileSnapshot(`${file}.json`);
    expect(findSchemaErrors('Response', response)).toEqual([]);
  });

  test('as server-sent events', async () => {
    const text = toSse(answer);
    await expect(text).toMatchFileSnapshot(`${file}.sse`);
    const events = parse(parseSse(text));
    expectValid(events);
    expect(foldResponseEvents(events)).toEqual(toJson(answer));
    expect(text.match(/^event: .*$/gm)).toEqual(events.map(({ type }) => `event: ${type}`));
    expect(text.endsWith('\n\n')).toBe(true);
  });

  test('as frames of a WebSocket', async () => {
    const frames = toFrames(answer, 'lane-1');
    await expect(`${frames.join('\n')}\n`).toMatchFileSnapshot(`${file}.jsonl`);
    const events = parse(frames);
    expectValid(events);
    expect(foldResponseEvents(events)).toEqual(toJson(answer));
    expect(new Set(events.map((event) => event['stream_id']))).toEqual(new Set(['lane-1']));
    expect(toFrames(answer, null)).toEqual(parseSse(toSse(answer)));
  });

  test('told again from what was stored', () => {
    const stored: ResponseObject = JSON.parse(JSON.stringify(toJson(answer)));
    const events = replayResponse(stored);
    expectValid(events);
    expect(foldResponseEvents(events)).toEqual(stored);
  });
});

test.each([
  { isBackground: true, steps: ['open'] as const, types: ['response.created', 'response.queued'] },
  {
    isBackground: true,
    steps: ['open', start] as const,
    types: ['response.created', 'response.queued', 'response.in_progress'],
  },
  { isBackground: false, steps: once, types: ['response.created', 'response.in_progress'] },
])('of a response under way the opening alone is told again: $types', ({ isBackground, steps, types }) => {
  const events = replayResponse(toJson({ steps, options: { isBackground } }));
  checkResponseEvents(events, { isComplete: false });
  expect(events.map(({ type }) => type)).toEqual(types);
});

test('an item of a kind that a stream has no pieces of is told again in one', () => {
  const response = toJson(answers['text'] ?? { steps: [] });
  const output = [
    { type: 'compaction', id: 'cmp_1', encrypted_content: 'secret' },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [
        { type: 'output_text', text: 'One', annotations: [], logprobs: [] },
        { type: 'output_text', text: 'Two', annotations: [], logprobs: [] },
      ],
    },
  ];
  const events = replayResponse({ ...response, output });
  expectValid(events);
  expect(foldResponseEvents(events)).toEqual({ ...response, output });
});

test('the schema helper does find errors in events', () => {
  expect(findResponseEventErrors({ type: 'response.nonsense' })).not.toEqual([]);
  expect(findResponseEventErrors({ type: 'response.output_text.delta' })).not.toEqual([]);
});
