import { expect, test } from 'vitest';
import type { ChoiceEvent } from '../../../src/core/run-event.ts';
import type { Usage } from '../../../src/core/usage.ts';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { RequestNotes } from '../../../src/engine/activity/observe-requests.ts';
import { createMetrics } from '../../../src/server/metrics/create-metrics.ts';
import { createModelLabels } from '../../../src/server/metrics/model-labels.ts';
import { readMetrics } from '../../support/read-metrics.ts';

const CHAT = '/v1/chat/completions';
const USAGE: Usage = {
  inputTokens: 10,
  outputTokens: 20,
  cacheReadTokens: 100,
  cacheWriteTokens: 5,
  reasoningTokens: 8,
};
const DELTA: ChoiceEvent = { type: 'text-delta', id: 't', text: 'Hi' };
const endWith = (usage: Usage | null): ChoiceEvent => ({
  type: 'run-end',
  finishReason: 'stop',
  usage,
  durationMs: 1,
});
const failWith = (code: 'rate_limited' | 'permission_denied' | 'context_length_exceeded'): ChoiceEvent => ({
  type: 'run-error',
  error: { code, message: 'No.' },
});

const createState = () => ({
  version: '1.2.3',
  answers: { activeRuns: 3, queuedRuns: 2, heldRunCount: 1 },
  backend: { state: { status: 'ready', reason: null, proxy: 'none', restarts: 4, warmth: 'warm' } as const },
  openWebSockets: () => 5,
});

/** What the state of {@link createState} leaves in every scrape. */
const STATE = {
  'portside_runs_active{}': 3,
  'portside_runs_queued{}': 2,
  'portside_runs_held{}': 1,
  'portside_websockets_open{}': 5,
  'portside_bridge_up{}': 1,
  'portside_bridge_restarts_total{}': 4,
  'portside_build_info{version=1.2.3}': 1,
};

const ask = (notes: RequestNotes, price: number | null = 0.5): void => {
  notes.mark?.('authenticated');
  notes.mark?.('read');
  notes.noteAnswer?.({ model: 'composer-2.5', isStream: true, toCost: () => price });
  notes.notePlaced?.('new');
};
const admit = (notes: RequestNotes): void => notes.mark?.('admitted');
const tell = (notes: RequestNotes, ...events: readonly ChoiceEvent[]): void => {
  for (const event of events) notes.noteEvent?.(event);
};
const end = (notes: RequestNotes, status: number | null = 200, isComplete = true, route: string | null = CHAT): void =>
  notes.end({ status, route, isComplete, headers: [] });

const requests = (status: string, route = CHAT) => ({
  [`portside_requests_total{protocol=openai-chat,route=${route},status=${status}}`]: 1,
  'portside_request_duration_seconds_count{protocol=openai-chat}': 1,
});
const turn = { 'portside_conversation_turns_total{kind=new}': 1 };
const delta = { 'portside_time_to_first_delta_seconds_count{protocol=openai-chat,model=composer-2.5}': 1 };
const tokens = (estimated: boolean) =>
  Object.fromEntries(
    Object.entries({ input: 15, cached: 100, output: 20, reasoning: 8 }).map(([kind, count]) => [
      `portside_tokens_total{model=composer-2.5,kind=${kind},estimated=${estimated}}`,
      count,
    ]),
  );
const cost = (usd: number) => ({ 'portside_cost_usd_total{model=composer-2.5}': usd });
const upstream = (code: string) => ({ [`portside_upstream_errors_total{code=${code}}`]: 1 });

test.each<[string, (notes: RequestNotes) => void, Readonly<Record<string, number>>]>([
  [
    'an answer',
    (notes) => {
      ask(notes);
      admit(notes);
      tell(notes, DELTA, DELTA, endWith(USAGE));
      end(notes);
    },
    { ...requests('200'), ...turn, ...delta, ...tokens(false), ...cost(0.5) },
  ],
  [
    'an answer whose counts are estimated, at no known price',
    (notes) => {
      ask(notes, null);
      admit(notes);
      tell(
        notes,
        { type: 'tool-call', id: 'c', name: 'look', arguments: '{}' },
        endWith({ ...USAGE, isEstimated: true }),
      );
      end(notes);
    },
    { ...requests('200'), ...turn, ...delta, ...tokens(true) },
  ],
  [
    'two choices',
    (notes) => {
      ask(notes);
      admit(notes);
      tell(notes, DELTA, { ...DELTA, choice: 1 }, endWith(null), { ...endWith(null), choice: 1 });
      end(notes);
    },
    { ...requests('200'), ...turn, ...delta },
  ],
  [
    'an answer that is told again: it has cost nothing again',
    (notes) => {
      ask(notes);
      tell(notes, DELTA, endWith(USAGE));
      end(notes);
    },
    { ...requests('200'), ...turn },
  ],
  ['a client that hangs up before there is a status', (notes) => end(notes, null, false), requests('hung_up')],
  ['a client that hangs up on a stream', (notes) => end(notes, 200, false), requests('hung_up')],
  [
    'a stream that is broken off for a failure',
    (notes) => {
      ask(notes);
      admit(notes);
      tell(notes, DELTA);
      notes.noteFailure?.(new GatewayError('internal_error', 'No.'));
      end(notes, 200, false);
    },
    { ...requests('200'), ...turn, ...delta },
  ],
  [
    'a run that fails at Cursor, told as an event and as the answer: it is one failure',
    (notes) => {
      tell(notes, failWith('rate_limited'));
      notes.noteFailure?.(new GatewayError('rate_limited', 'No.'));
      end(notes, 429);
    },
    { ...requests('429'), ...upstream('rate_limited') },
  ],
  [
    'what Cursor does not permit',
    (notes) => {
      tell(notes, failWith('permission_denied'));
      end(notes, 403);
    },
    { ...requests('403'), ...upstream('permission_denied') },
  ],
  [
    'what the guard does not permit',
    (notes) => {
      notes.noteFailure?.(new GatewayError('permission_denied', 'No.'));
      end(notes, 403, true, null);
    },
    requests('403', 'none'),
  ],
  [
    'a run that fails for what the client sent',
    (notes) => {
      tell(notes, failWith('context_length_exceeded'));
      end(notes, 400);
    },
    requests('400'),
  ],
  [
    'a failure before there is a run',
    (notes) => {
      notes.noteFailure?.(new GatewayError('bridge_unavailable', 'No.'));
      end(notes, 503);
    },
    { ...requests('503'), ...upstream('bridge_unavailable') },
  ],
  [
    'what comes after the end',
    (notes) => {
      ask(notes);
      admit(notes);
      end(notes);
      tell(notes, DELTA, endWith(USAGE));
      end(notes);
    },
    { ...requests('200'), ...turn },
  ],
  ['what is still under way', (notes) => ask(notes), {}],
])('%s', async (_name, happen, expected) => {
  const metrics = createMetrics(createState());
  happen(metrics.begin({ requestId: 'r', method: 'POST', path: CHAT, protocol: 'openai-chat', headers: [] }));
  expect(readMetrics(await metrics.read()).counted()).toEqual({ ...STATE, ...expected });
});

test('what is none of the known APIs is counted together, under no path', async () => {
  const metrics = createMetrics(createState());
  for (const method of ['GET', 'BREW', 'POST']) {
    const path = `/${method}/secret`;
    end(metrics.begin({ requestId: path, method, path, protocol: null, headers: [] }), 404, true, null);
  }
  expect(readMetrics(await metrics.read()).counted()).toEqual({
    ...STATE,
    'portside_requests_total{protocol=other,route=none,status=404}': 3,
    'portside_request_duration_seconds_count{protocol=other}': 3,
  });
});

test('so many models have labels of their own, and no more', () => {
  const toLabel = createModelLabels(2);
  expect(['a', 'b', 'a', 'c', 'd', 'b'].map(toLabel)).toEqual(['a', 'b', 'a', 'other', 'other', 'b']);
});

test.each([
  ['composer-2.5', 'composer-2.5'],
  ['vendor/some_model:1@x', 'vendor/some_model:1@x'],
  ['m'.repeat(64), 'm'.repeat(64)],
  ['m'.repeat(65), 'other'],
  ['a b', 'other'],
  ['a"} 1', 'other'],
  ['é', 'other'],
  ['', 'other'],
])('the label of %j is %j', (model, label) => {
  expect(createModelLabels()(model)).toBe(label);
});

test('gauges are read at each scrape', async () => {
  const state = createState();
  const metrics = createMetrics(state);
  await metrics.read();
  Object.assign(state.answers, { activeRuns: 0, queuedRuns: 7, heldRunCount: 8 });
  Object.assign(state.backend, { state: { ...state.backend.state, status: 'restarting', restarts: 5 } });
  const scrape = readMetrics(await metrics.read());
  const names = ['runs_active', 'runs_queued', 'runs_held', 'bridge_up', 'bridge_restarts_total'];
  expect(names.map((name) => scrape.valueOf(`portside_${name}`))).toEqual([0, 7, 8, 0, 5]);
});
