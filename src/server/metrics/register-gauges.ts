import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import type Registry from 'prom-client/lib/registry.js';
import type { Backend } from '../../core/backend.ts';
import type { Answers } from '../../engine/answer/create-answers.ts';

/** What is looked at when somebody asks. */
export interface MeasuredState {
  readonly version: string;
  readonly answers: Pick<Answers, 'activeRuns' | 'queuedRuns' | 'heldRunCount'>;
  readonly backend: Pick<Backend, 'state'>;
  readonly openWebSockets: () => number;
}

/** Registers what is read at the moment of a scrape, and counted nowhere else. */
export const registerGauges = (
  registry: Registry,
  { version, answers, backend, openWebSockets }: MeasuredState,
): void => {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge(
    'portside_runs_active',
    'Answers that are being given or waited for now; those in the queue are among them.',
    () => answers.activeRuns,
  );
  gauge('portside_runs_queued', 'Runs that wait for their turn now.', () => answers.queuedRuns);
  gauge('portside_runs_held', 'Runs that wait for the results of tool calls now.', () => answers.heldRunCount);
  gauge('portside_websockets_open', 'WebSockets of the Responses API that are open now.', openWebSockets);
  gauge('portside_bridge_up', 'Whether the process that holds the Cursor SDK takes requests now: 1 or 0.', () =>
    backend.state.status === 'ready' ? 1 : 0,
  );
  const restarts = new Counter({
    name: 'portside_bridge_restarts_total',
    help: 'How often the process that holds the Cursor SDK was replaced by a new one.',
    registers,
    collect() {
      this.reset();
      this.inc(backend.state.restarts);
    },
  });
  restarts.inc(0);
  new Gauge({
    name: 'portside_build_info',
    help: 'The version of Portside, as a label; the value is always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
};
