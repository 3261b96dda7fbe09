import { expect } from 'vitest';
import type { RunEvent } from '../../../src/core/run-event.ts';
import { runs } from '../../fixtures/runs.ts';
import type { Probe } from './probe.ts';

const useRun = (name: string): readonly RunEvent[] => {
  const events = runs[name];
  if (events === undefined) throw new Error(`There is no run "${name}".`);
  return events;
};

export const CALLS_TWO_TOOLS = useRun('two tool calls');
export const THINKS = useRun('reasoning then text');
/** Says `{}`. */
export const SAYS_JSON: readonly RunEvent[] = [
  { type: 'run-start', runId: 'run-1', agentId: 'agent-1' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', text: '{}' },
  { type: 'text-end', id: 't1' },
  { type: 'run-end', finishReason: 'stop', usage: null, durationMs: 1 },
];

/** A message as it reaches the backend. */
export const says = (text: string, role = 'user') => ({ role, content: [{ type: 'text', text }] });

/** A PNG of one pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const EVENT_STREAM: Probe['sees'] = { contentType: expect.stringContaining('text/event-stream') };

/** What the one run is like. */
export const oneRun = (run: object): Probe['sees'] => ({ runs: [run] });

export const onModel = (id: string): Probe['sees'] => oneRun({ model: { id } });
export const withParameter = (id: string, value: string): Probe['sees'] =>
  oneRun({ model: { parameters: [{ id, value }] } });

/** What the model is told of the form of its answer. */
export const TOLD_OF_JSON: Probe['sees'] = oneRun({ instructions: [expect.stringContaining('JSON')] });

export const CURSOR_PARAMS: Probe = { value: { fast: true }, sees: withParameter('fast', 'true') };
