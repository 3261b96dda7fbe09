import { describe, expect, it } from 'vitest';
import {
  CRASH_WINDOW_MS,
  INITIAL_SUPERVISOR_STATE,
  MAX_CRASHES,
  superviseBridge,
  type SupervisorEffect,
  type SupervisorInput,
  type SupervisorState,
} from '../../../src/backends/cursor-sdk/supervisor.ts';

const state = (overrides: Partial<SupervisorState>): SupervisorState => ({ ...INITIAL_SUPERVISOR_STATE, ...overrides });
const starting = state({ status: 'starting', child: 1 });
const ready = state({ status: 'ready', child: 1, wasReady: true });
const backoff = state({ status: 'backoff', child: 1, wasReady: true, crashTimesMs: [0], reason: 'old' });
const crashed = (child: number, nowMs = 1000): SupervisorInput => ({ type: 'crashed', child, reason: 'boom', nowMs });
const step = (from: SupervisorState, input: SupervisorInput) => superviseBridge(from, input, { backoffMs: 100 });

interface Row {
  readonly name: string;
  readonly from: SupervisorState;
  readonly input: SupervisorInput;
  readonly to: Partial<SupervisorState>;
  readonly effects: readonly SupervisorEffect[];
}

const rows: readonly Row[] = [
  {
    name: 'a start forks the first child',
    from: INITIAL_SUPERVISOR_STATE,
    input: { type: 'start' },
    to: { status: 'starting', child: 1 },
    effects: [{ type: 'fork', child: 1 }],
  },
  { name: 'a second start changes nothing', from: starting, input: { type: 'start' }, to: starting, effects: [] },
  {
    name: 'a start while restarting changes nothing',
    from: backoff,
    input: { type: 'start' },
    to: backoff,
    effects: [],
  },
  {
    name: 'the handshake makes it ready and clears the reason',
    from: state({ status: 'starting', child: 3, crashTimesMs: [5], reason: 'boom' }),
    input: { type: 'initialized', child: 3 },
    to: { status: 'ready', child: 3, wasReady: true, crashTimesMs: [5], reason: null },
    effects: [],
  },
  {
    name: 'the handshake of an older child changes nothing',
    from: state({ status: 'starting', child: 3 }),
    input: { type: 'initialized', child: 2 },
    to: { status: 'starting', child: 3 },
    effects: [],
  },
  {
    name: 'a crash is followed by a pause',
    from: ready,
    input: crashed(1),
    to: { status: 'backoff', crashTimesMs: [1000], reason: 'boom' },
    effects: [
      { type: 'kill', child: 1 },
      { type: 'schedule', child: 1, delayMs: 100 },
    ],
  },
  {
    name: 'a crash during start counts as well',
    from: starting,
    input: crashed(1),
    to: { status: 'backoff', crashTimesMs: [1000], wasReady: false },
    effects: [
      { type: 'kill', child: 1 },
      { type: 'schedule', child: 1, delayMs: 100 },
    ],
  },
  {
    name: 'the pause doubles with each crash',
    from: state({ status: 'starting', child: 4, crashTimesMs: [10, 20, 30] }),
    input: crashed(4),
    to: { status: 'backoff', crashTimesMs: [10, 20, 30, 1000] },
    effects: [
      { type: 'kill', child: 4 },
      { type: 'schedule', child: 4, delayMs: 800 },
    ],
  },
  {
    name: 'the news that a dead child is dead change nothing',
    from: backoff,
    input: crashed(1),
    to: backoff,
    effects: [],
  },
  {
    name: 'after the pause comes a fresh child',
    from: backoff,
    input: { type: 'backoff-over', child: 1 },
    to: { status: 'starting', child: 2, wasReady: true, crashTimesMs: [0], reason: 'old' },
    effects: [{ type: 'fork', child: 2 }],
  },
  {
    name: 'a pause that ends after a stop changes nothing',
    from: state({ status: 'stopped', child: 1 }),
    input: { type: 'backoff-over', child: 1 },
    to: { status: 'stopped' },
    effects: [],
  },
  {
    name: 'old crashes are forgotten',
    from: state({ status: 'ready', child: 5, crashTimesMs: [0, 1, 2, 3] }),
    input: crashed(5, CRASH_WINDOW_MS + 3),
    to: { status: 'backoff', crashTimesMs: [CRASH_WINDOW_MS + 3] },
    effects: [
      { type: 'kill', child: 5 },
      { type: 'schedule', child: 5, delayMs: 100 },
    ],
  },
  {
    name: 'what cannot start at all fails at once',
    from: starting,
    input: { type: 'cannot-start', child: 1, reason: 'no node' },
    to: { status: 'failed', reason: 'no node' },
    effects: [{ type: 'kill', child: 1 }],
  },
  {
    name: 'a start after a failure tries again, with a clean record',
    from: state({ status: 'failed', child: 5, wasReady: true, crashTimesMs: [1, 2, 3, 4, 5], reason: 'boom' }),
    input: { type: 'start' },
    to: { status: 'starting', child: 6, wasReady: false, crashTimesMs: [], reason: null },
    effects: [{ type: 'fork', child: 6 }],
  },
  {
    name: 'a worn-out child is shut down',
    from: ready,
    input: { type: 'worn-out', child: 1 },
    to: { status: 'retiring', child: 1 },
    effects: [{ type: 'shut-down', child: 1 }],
  },
  {
    name: 'the end of a worn-out child is no crash',
    from: state({ status: 'retiring', child: 1, wasReady: true }),
    input: { type: 'ended', child: 1 },
    to: { status: 'starting', child: 2, wasReady: true, crashTimesMs: [] },
    effects: [{ type: 'fork', child: 2 }],
  },
  {
    name: 'a stop shuts the child down',
    from: ready,
    input: { type: 'stop' },
    to: { status: 'stopped', child: 1, wasReady: false },
    effects: [{ type: 'shut-down', child: 1 }],
  },
  {
    name: 'a stop during the pause has nothing to end',
    from: backoff,
    input: { type: 'stop' },
    to: { status: 'stopped' },
    effects: [],
  },
  {
    name: 'the end of a stopped child changes nothing',
    from: state({ status: 'stopped', child: 1 }),
    input: { type: 'ended', child: 1 },
    to: { status: 'stopped', child: 1 },
    effects: [],
  },
];

describe('superviseBridge', () => {
  it.each(rows)('$name', ({ from, input, to, effects }) => {
    const next = step(from, input);
    expect(next.state).toMatchObject(to);
    expect(next.effects).toEqual(effects);
  });

  it(`gives up with the reason after ${MAX_CRASHES} crashes in the window`, () => {
    let current = step(INITIAL_SUPERVISOR_STATE, { type: 'start' }).state;
    for (let count = 1; count < MAX_CRASHES; count += 1) {
      current = step(current, crashed(current.child, count * 1000)).state;
      expect(current.status).toBe('backoff');
      current = step(current, { type: 'backoff-over', child: current.child }).state;
    }
    const last = step(current, crashed(current.child, MAX_CRASHES * 1000));
    expect(last.state.status).toBe('failed');
    expect(last.state.reason).toMatch(/5 times within 3 minutes.*boom/u);
    expect(last.effects).toEqual([{ type: 'kill', child: MAX_CRASHES }]);
    expect(last.state.restarts).toBe(MAX_CRASHES - 1);
  });

  it('counts each child that takes the place of another, and none that was started by hand', () => {
    const inputs: readonly (readonly [SupervisorInput, restarts: number])[] = [
      [{ type: 'start' }, 0],
      [{ type: 'initialized', child: 1 }, 0],
      [{ type: 'worn-out', child: 1 }, 0],
      [{ type: 'ended', child: 1 }, 1],
      [crashed(2), 1],
      [{ type: 'backoff-over', child: 2 }, 2],
      [{ type: 'stop' }, 2],
      [{ type: 'start' }, 2],
    ];
    let current = INITIAL_SUPERVISOR_STATE;
    for (const [input, restarts] of inputs) {
      current = step(current, input).state;
      expect([input.type, current.restarts]).toEqual([input.type, restarts]);
    }
  });
});
