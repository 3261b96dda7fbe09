import type { ConversationPlan } from './measure-conversations.ts';
import type { ResponsesPlan } from './measure-responses.ts';
import type { ToolPlan } from './measure-tool-rounds.ts';

/** How much is measured. */
export interface Plan {
  /** Fresh starts of the server; memory is read in the first `memoryRounds` of them. */
  readonly starts: number;
  readonly memoryRounds: number;
  readonly firstDelta: { readonly pairs: number; readonly warmUps: number };
  readonly conversations: ConversationPlan;
  readonly toolRounds: ToolPlan;
  readonly responses: ResponsesPlan;
  /** As fast as it goes. */
  readonly unpaced: readonly JobPlan[];
  /** At 20 deltas a second in each stream. */
  readonly paced: readonly JobPlan[];
}

export interface JobPlan {
  readonly streams: number;
  readonly deltas: number;
  readonly rounds: number;
}

/** One call after the other, and several at a time. */
const TOOL_JOBS: ToolPlan['jobs'] = [
  { rounds: 10, calls: 1 },
  { rounds: 10, calls: 3 },
];

/** As many as a coding agent keeps for some weeks; several clients, whose conversations have 20 turns. */
const STORED: Pick<ResponsesPlan['stored'], 'size' | 'owners'> = {
  size: { answers: 10_000, perThread: 20 },
  owners: 4,
};

/** Between two deltas of a paced stream. */
export const PACED_EVERY_MS = 50;

export const FULL_PLAN: Plan = {
  starts: 7,
  memoryRounds: 3,
  firstDelta: { pairs: 120, warmUps: 40 },
  conversations: { conversations: 12, warmUps: 3, turns: 20 },
  toolRounds: { jobs: TOOL_JOBS, pairs: 25, warmUps: 8 },
  responses: {
    firstEvents: { pairs: 100, warmUps: 30 },
    rounds: { rounds: 20, runs: 18, warmUps: 6 },
    stored: { ...STORED, gets: 3_000, warmUps: 300 },
  },
  unpaced: [
    { streams: 1, deltas: 6_000, rounds: 5 },
    { streams: 10, deltas: 1_000, rounds: 5 },
    { streams: 50, deltas: 300, rounds: 5 },
  ],
  paced: [
    { streams: 1, deltas: 60, rounds: 2 },
    { streams: 10, deltas: 60, rounds: 2 },
    { streams: 50, deltas: 120, rounds: 3 },
  ],
};

/** Leaves 10 streams out, and is too short for figures to rely on. */
export const QUICK_PLAN: Plan = {
  starts: 3,
  memoryRounds: 1,
  firstDelta: { pairs: 60, warmUps: 15 },
  conversations: { conversations: 4, warmUps: 1, turns: 20 },
  toolRounds: { jobs: TOOL_JOBS, pairs: 8, warmUps: 4 },
  responses: {
    firstEvents: { pairs: 40, warmUps: 15 },
    rounds: { rounds: 20, runs: 6, warmUps: 3 },
    stored: { ...STORED, gets: 1_000, warmUps: 200 },
  },
  unpaced: [
    { streams: 1, deltas: 4_000, rounds: 2 },
    { streams: 50, deltas: 250, rounds: 2 },
  ],
  paced: [{ streams: 50, deltas: 60, rounds: 1 }],
};
