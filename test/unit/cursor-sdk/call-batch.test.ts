import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallBatch, createCallBatch } from '../../../src/backends/cursor-sdk/process/call-batch.ts';

type Step = (batch: CallBatch) => void;

const listed =
  (count: number): Step =>
  (batch) =>
    batch.listed(count);
const announced =
  (id: string): Step =>
  (batch) =>
    batch.announced(id);
const made =
  (id: string): Step =>
  (batch) =>
    batch.made(id, true);
const refused =
  (id: string): Step =>
  (batch) =>
    batch.made(id, false);
const completed =
  (id: string): Step =>
  (batch) =>
    batch.completed(id);
const resume: Step = (batch) => batch.resume();

/** What happens when, in milliseconds, and when batches are complete. */
interface Row {
  readonly name: string;
  readonly steps: readonly (readonly [atMs: number, step: Step])[];
  readonly completeAtMs: readonly number[];
}

const rows: readonly Row[] = [
  {
    name: 'at once, when as many calls were made as were listed',
    steps: [
      [0, listed(2)],
      [1, announced('a')],
      [2, made('a')],
      [700, announced('b')],
      [1_900, made('b')],
    ],
    completeAtMs: [1_900],
  },
  {
    name: '150 ms after the last call where nothing was listed',
    steps: [
      [0, made('a')],
      [100, made('b')],
    ],
    completeAtMs: [250],
  },
  {
    name: 'later and later while a call is being written, up to 1.5 s',
    steps: [
      [0, announced('a')],
      [0, made('a')],
      [100, announced('b')],
      [350, announced('b')],
      [900, announced('b')],
      [1_900, announced('b')],
    ],
    completeAtMs: [3_400],
  },
  {
    name: 'soon again once that call is made',
    steps: [
      [0, made('a')],
      [100, announced('b')],
      [200, announced('b')],
      [300, made('b')],
    ],
    completeAtMs: [450],
  },
  {
    name: '1.5 s after the last sign where a listed call does not come',
    steps: [
      [0, listed(3)],
      [0, made('a')],
      [1_200, made('b')],
    ],
    completeAtMs: [2_700],
  },
  {
    name: 'at once where the rest was refused or completed by others',
    steps: [
      [0, listed(3)],
      [0, announced('a')],
      [0, made('a')],
      [10, announced('b')],
      [10, refused('b')],
      [20, announced('c')],
      [30, completed('c')],
    ],
    completeAtMs: [30],
  },
  {
    name: 'never where no call waits for a result',
    steps: [
      [0, listed(2)],
      [0, refused('a')],
      [10, completed('b')],
    ],
    completeAtMs: [],
  },
  {
    name: 'with the calls of a new list, whatever was left of the one before',
    steps: [
      [0, listed(2)],
      [0, announced('a')],
      [0, refused('a')],
      [50, listed(1)],
      [60, announced('b')],
      [60, made('b')],
    ],
    completeAtMs: [60],
  },
  {
    name: 'at once where the call overtook the updates about it',
    steps: [
      [0, made('a')],
      [10, listed(1)],
      [20, announced('a')],
    ],
    completeAtMs: [20],
  },
  {
    name: 'at once where the backend announces calls under other ids',
    steps: [
      [0, listed(2)],
      [0, announced('x')],
      [0, announced('y')],
      [1, made('a')],
      [2, made('b')],
      [100, resume],
      [101, completed('x')],
      [102, completed('y')],
      [200, listed(1)],
      [200, announced('z')],
      [201, made('c')],
    ],
    completeAtMs: [2, 201],
  },
  {
    name: 'for a late call only when the earlier ones have results',
    steps: [
      [0, made('a')],
      [300, made('b')],
      [2_000, made('c')],
      [5_000, resume],
    ],
    completeAtMs: [150, 5_000],
  },
  {
    name: 'for a call that is made just before the results after its own settling',
    steps: [
      [0, made('a')],
      [950, made('b')],
      [1_000, resume],
    ],
    completeAtMs: [150, 1_100],
  },
  {
    name: 'without regard to the list of an earlier batch',
    steps: [
      [0, listed(1)],
      [0, announced('a')],
      [0, made('a')],
      [100, resume],
      [200, announced('b')],
      [200, announced('c')],
      [201, made('b')],
      [400, made('c')],
    ],
    completeAtMs: [0, 550],
  },
  {
    name: 'without regard to an earlier list of which no call waited',
    steps: [
      [0, listed(1)],
      [0, announced('a')],
      [0, refused('a')],
      [100, announced('b')],
      [100, announced('c')],
      [101, made('b')],
      [300, made('c')],
    ],
    completeAtMs: [450],
  },
  {
    name: 'without regard to what is left of a list that had settled',
    steps: [
      [0, listed(3)],
      [0, announced('a')],
      [0, announced('b')],
      [0, made('a')],
      [0, made('b')],
      [2_000, resume],
      [2_100, announced('c')],
      [2_100, announced('d')],
      [2_101, made('c')],
      [2_300, made('d')],
    ],
    completeAtMs: [1_500, 2_450],
  },
  {
    name: 'without regard to a list that came after its batch had settled',
    steps: [
      [0, made('a')],
      [300, listed(1)],
      [300, announced('a')],
      [400, resume],
      [500, announced('b')],
      [500, announced('c')],
      [501, made('b')],
      [700, made('c')],
    ],
    completeAtMs: [150, 850],
  },
  {
    name: 'with the results of the batch before, where its list came earlier',
    steps: [
      [0, made('a')],
      [300, announced('a')],
      [300, listed(2)],
      [300, announced('b')],
      [310, made('b')],
      [500, announced('c')],
      [520, made('c')],
      [521, resume],
    ],
    completeAtMs: [150, 521],
  },
  {
    name: 'not with the results where more is being written after a complete list',
    steps: [
      [0, made('a')],
      [300, announced('a')],
      [300, listed(1)],
      [300, announced('b')],
      [310, made('b')],
      [320, announced('c')],
      [330, resume],
      [400, made('c')],
    ],
    completeAtMs: [150, 550],
  },
  {
    name: 'not after the end',
    steps: [
      [0, made('a')],
      [10, (batch) => batch.end()],
    ],
    completeAtMs: [],
  },
];

describe('a batch of calls is complete', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each(rows)('$name', ({ steps, completeAtMs }) => {
    const startMs = performance.now();
    const times: number[] = [];
    const batch = createCallBatch(() => times.push(Math.round(performance.now() - startMs)));
    for (const [atMs, step] of steps) {
      vi.advanceTimersByTime(startMs + atMs - performance.now());
      step(batch);
    }
    vi.advanceTimersByTime(10_000);
    expect(times).toEqual(completeAtMs);
  });
});
