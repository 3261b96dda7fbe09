import { describe, expect, test } from 'vitest';
import type { GatewayErrorCode } from '../../../src/core/error-specs.ts';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { ChoiceEvent } from '../../../src/core/run-event.ts';
import { toResponseFailure } from '../../../src/protocols/openai-responses/failure.ts';
import { toSocketErrorFrame } from '../../../src/protocols/openai-responses/socket-frame.ts';
import { toResponseUsage } from '../../../src/protocols/openai-responses/usage.ts';
import { runs } from '../../fixtures/runs.ts';
import { createTestEncoder, encodeStep, type EncoderStep } from '../../support/encode-response.ts';
import { findSchemaErrors } from '../../support/openai-schema.ts';

const start: ChoiceEvent = { type: 'run-start', runId: 'run-1', agentId: 'agent-1' };
const end: ChoiceEvent = { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 };
const failure: ChoiceEvent = { type: 'run-error', error: { code: 'upstream_error', message: 'Cursor failed.' } };
const text: readonly ChoiceEvent[] = [
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', text: 'Hello' },
  { type: 'text-end', id: 't1' },
];

test.each<[GatewayErrorCode, string]>([
  ['rate_limited', 'rate_limit_exceeded'],
  ['too_many_runs', 'rate_limit_exceeded'],
  ['context_length_exceeded', 'context_length_exceeded'],
  ['invalid_image', 'invalid_image'],
  ['model_not_found', 'invalid_prompt'],
  ['cursor_sign_in_required', 'invalid_prompt'],
  ['upstream_error', 'server_error'],
  ['timeout', 'server_error'],
  ['internal_error', 'server_error'],
])('a failed response tells %s as %s', (code, told) => {
  const error = toResponseFailure({ code, message: 'What failed.' });
  expect(error).toEqual({ code: told, message: 'What failed.' });
  expect(findSchemaErrors('ResponseError', error)).toEqual([]);
});

test('usage is zeros where nothing is known', () => {
  expect(toResponseUsage(null, { input: 1, output: 1, cacheRead: 1, cacheWrite: null })).toEqual({
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  });
});

test.each([
  ['{"input":"a\\nb"}', 'a\nb'],
  ['{"input":""}', ''],
  ['{"input":7}', '{"input":7}'],
  ['{"patch":"a"}', '{"patch":"a"}'],
  ['"plain"', '"plain"'],
  ['null', 'null'],
  ['no JSON', 'no JSON'],
])('the input of a custom tool that is called with %s', (told, input) => {
  const encoder = createTestEncoder({ tools: { patch: { kind: 'custom', name: 'patch', namespace: null } } });
  encoder.push({ type: 'tool-call', id: 'call_1', name: 'patch', arguments: told });
  expect(encoder.response.output).toMatchObject([
    { type: 'custom_tool_call', call_id: 'call_1', name: 'patch', input },
  ]);
});

describe('the stream opens', () => {
  const opening = ['response.created', 'response.in_progress'];
  test.each<[string, EncoderStep, string[]]>([
    ['not with the start of the run', start, []],
    ['with a text', { type: 'text-start', id: 't1' }, [...opening, 'response.output_item.added']],
    ['with hidden reasoning', { type: 'reasoning-start', id: 'r1' }, [...opening, 'response.output_item.added']],
    ['with the end', end, [...opening, 'response.completed']],
    ['with a failure', failure, [...opening, 'response.failed']],
    ['when it is told to', 'open', opening],
    ['with a sign of life', 'keepalive', [...opening, 'keepalive']],
    ['with its cancellation', 'cancel', [...opening, 'response.incomplete']],
  ])('%s', (_name, step, types) => {
    const events = encodeStep(createTestEncoder(), step);
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual(types);
  });

  test('in the background, its progress with the start of the run', () => {
    const encoder = createTestEncoder({ isBackground: true });
    const steps: EncoderStep[] = ['open', start, start];
    const told = steps.map((step) => encodeStep(encoder, step).map(({ type }) => type));
    expect(told).toEqual([['response.created', 'response.queued'], ['response.in_progress'], []]);
  });
});

test.each<[string, EncoderStep]>([
  ['its end', end],
  ['a failure', failure],
  ['its cancellation', 'cancel'],
])('after %s there is nothing more', (_name, last) => {
  const encoder = createTestEncoder();
  for (const step of [start, ...text, last]) encodeStep(encoder, step);
  const { response } = encoder;
  const rest: EncoderStep[] = ['open', 'keepalive', 'cancel', start, ...text, failure, end];
  expect(rest.flatMap((step) => encodeStep(encoder, step))).toEqual([]);
  expect(encoder.response).toBe(response);
});

test('the response grows with the items that are done, and snapshots stay as they are', () => {
  const encoder = createTestEncoder({ isBackground: true });
  const read = () => [encoder.response.status, encoder.response.output.length];
  const before = encoder.response;
  expect(read()).toEqual(['queued', 0]);
  encoder.push(start);
  expect(read()).toEqual(['in_progress', 0]);
  for (const event of text) encoder.push(event);
  expect(read()).toEqual(['in_progress', 0]);
  encoder.push({ type: 'tool-call', id: 'call_1', name: 'read', arguments: '{}' });
  expect(read()).toEqual(['in_progress', 2]);
  const between = encoder.response;
  const last = encoder.push(end).at(-1);
  expect(last?.['response']).toBe(encoder.response);
  expect(read()).toEqual(['completed', 2]);
  expect([before.status, before.output.length, between.status]).toEqual(['queued', 0, 'in_progress']);
});

test('hidden reasoning says nothing while it goes on', () => {
  const encoder = createTestEncoder();
  const told = (runs['reasoning then text'] ?? []).slice(0, 5).map((event) => encoder.push(event).length);
  expect(told).toEqual([0, 3, 0, 0, 0]);
});

test.each([null, 'lane-1'])('the frame of a failure on a WebSocket (stream %s)', (streamId) => {
  const error = new GatewayError('previous_response_not_found', 'There is no response "resp_9".', {
    param: 'previous_response_id',
  });
  expect(JSON.parse(toSocketErrorFrame(error, streamId))).toEqual({
    type: 'error',
    status: 400,
    ...(streamId !== null && { stream_id: streamId }),
    error: {
      type: 'invalid_request_error',
      code: 'previous_response_not_found',
      message: 'There is no response "resp_9".',
      param: 'previous_response_id',
    },
  });
});
