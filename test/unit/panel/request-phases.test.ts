import { describe, expect, it } from 'vitest';
import type { RequestMark, RequestOutcome } from '../../../src/core/request-activity.ts';
import { toPhases } from '../../../src/panel/request-phases.ts';

type Marks = readonly (readonly [mark: RequestMark, atMs: number])[];

const phases = (marks: Marks, outcome: RequestOutcome, elapsedMs = 0, durationMs: number | null = null) =>
  toPhases({ marks: marks.map(([mark, atMs]) => ({ mark, atMs })), outcome, durationMs }, elapsedMs).map(
    ({ name, startMs, endMs, isOpen }) => `${name} ${startMs}-${endMs}${isOpen ? ' open' : ''}`,
  );

describe('the parts of a request', () => {
  it.each<{ what: string; marks: Marks; outcome: RequestOutcome; elapsedMs?: number; parts: readonly string[] }>([
    {
      what: 'a whole run',
      marks: [
        ['authenticated', 2],
        ['read', 5],
        ['placed', 6],
        ['admitted', 100],
        ['run-started', 300],
        ['first-delta', 900],
        ['ended', 2_000],
      ],
      outcome: 'succeeded',
      parts: ['access 0-2', 'read 2-5', 'place 5-6', 'wait 6-100', 'start 100-300', 'think 300-900', 'output 900-2000'],
    },
    {
      what: 'no run',
      marks: [
        ['authenticated', 2],
        ['ended', 30],
      ],
      outcome: 'succeeded',
      parts: ['access 0-2', 'answer 2-30'],
    },
    { what: 'a refused one', marks: [['ended', 3]], outcome: 'failed', parts: ['answer 0-3'] },
    { what: 'one that has just come', marks: [], outcome: 'running', elapsedMs: 4, parts: ['access 0-4 open'] },
    {
      what: 'one that waits',
      marks: [
        ['authenticated', 2],
        ['read', 5],
        ['placed', 6],
      ],
      outcome: 'running',
      elapsedMs: 500,
      parts: ['access 0-2', 'read 2-5', 'place 5-6', 'wait 6-500 open'],
    },
    {
      what: 'one that streams, by a clock that is behind',
      marks: [['first-delta', 700]],
      outcome: 'running',
      elapsedMs: 100,
      parts: ['think 0-700', 'output 700-700 open'],
    },
  ])('are right for $what', ({ marks, outcome, elapsedMs, parts }) => {
    expect(phases(marks, outcome, elapsedMs)).toEqual(parts);
  });

  it('end where the request did, without a mark for it', () => {
    expect(phases([['first-delta', 700]], 'cancelled', 0, 1_000)).toEqual(['think 0-700', 'output 700-1000']);
  });
});
