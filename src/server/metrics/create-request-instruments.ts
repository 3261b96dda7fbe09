import Counter from 'prom-client/lib/counter.js';
import Histogram from 'prom-client/lib/histogram.js';
import type Registry from 'prom-client/lib/registry.js';
import { UPSTREAM_CODES } from './upstream-codes.ts';

/** From the first word of a small model to that of one that thinks long before it; in seconds. */
const FIRST_DELTA_BUCKETS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120];

/** From a list of models to an agent's longest answer; in seconds. */
const DURATION_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

/** Which tokens are counted apart. `reasoning` is a part of `output`; `input` and `cached` add up to what the model read. */
export type TokenKind = 'input' | 'cached' | 'output' | 'reasoning';

/** What requests are counted with. */
export interface RequestInstruments {
  readonly requests: Counter<'protocol' | 'route' | 'status'>;
  readonly firstDelta: Histogram<'protocol' | 'model'>;
  readonly duration: Histogram<'protocol'>;
  readonly conversations: Counter<'kind'>;
  readonly tokens: Counter<'model' | 'kind' | 'estimated'>;
  readonly cost: Counter<'model'>;
  readonly upstreamErrors: Counter<'code'>;
}

/** Makes the instruments that change with each request. */
export const createRequestInstruments = (registry: Registry): RequestInstruments => {
  const registers = [registry];
  const upstreamErrors = new Counter<'code'>({
    name: 'portside_upstream_errors_total',
    help: 'Requests that failed at Cursor, its models or the bridge, by error code. Mistakes of clients are not counted.',
    labelNames: ['code'],
    registers,
  });
  // So that the first failure is an increase too.
  for (const code of UPSTREAM_CODES) upstreamErrors.inc({ code }, 0);
  return {
    requests: new Counter({
      name: 'portside_requests_total',
      help: 'Requests that are over, by API, route and HTTP status.',
      labelNames: ['protocol', 'route', 'status'],
      registers,
    }),
    firstDelta: new Histogram({
      name: 'portside_time_to_first_delta_seconds',
      help: 'Time from the arrival of a request to the first text, reasoning or tool call of its answer.',
      labelNames: ['protocol', 'model'],
      buckets: FIRST_DELTA_BUCKETS,
      registers,
    }),
    duration: new Histogram({
      name: 'portside_request_duration_seconds',
      help: 'Time from the arrival of a request to its end, refused and cancelled ones included.',
      labelNames: ['protocol'],
      buckets: DURATION_BUCKETS,
      registers,
    }),
    conversations: new Counter({
      name: 'portside_conversation_turns_total',
      help: 'Requests for an answer, by the conversation that they were placed in.',
      labelNames: ['kind'],
      registers,
    }),
    tokens: new Counter({
      name: 'portside_tokens_total',
      help: 'Tokens by model and kind. Reasoning is a part of output.',
      labelNames: ['model', 'kind', 'estimated'],
      registers,
    }),
    cost: new Counter({
      name: 'portside_cost_usd_total',
      help: 'Cost in US dollars, estimated from the tokens by list price. Models without a known price are left out.',
      labelNames: ['model'],
      registers,
    }),
    upstreamErrors,
  };
};
