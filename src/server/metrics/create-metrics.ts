import Registry from 'prom-client/lib/registry.js';
import type { RequestObserver } from '../../engine/activity/observe-requests.ts';
import { createRequestInstruments } from './create-request-instruments.ts';
import { createRequestMeter } from './create-request-meter.ts';
import { type MeasuredState, registerGauges } from './register-gauges.ts';

/** What is counted, as Prometheus reads it. */
export interface Metrics extends RequestObserver {
  /** Of the text that {@link read} gives. */
  readonly contentType: string;
  /** All of it in Prometheus' text format, version 0.0.4. */
  read(): Promise<string>;
}

/** Counts requests from now on. All names begin with `portside_`; docs/monitoring.md lists them. */
export const createMetrics = (state: MeasuredState): Metrics => {
  const registry = new Registry();
  registerGauges(registry, state);
  const meter = createRequestMeter(createRequestInstruments(registry));
  return {
    begin: (request) => meter.begin(request),
    contentType: registry.contentType,
    read: () => registry.metrics(),
  };
};
