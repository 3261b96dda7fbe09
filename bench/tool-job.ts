/** A run in which the model calls tools, gets the results at once, and calls again. */
export interface ToolJob {
  readonly rounds: number;
  /** Calls in each round, all at once, their number told before. */
  readonly calls: number;
  /** What the user says. Another text makes it another conversation. */
  readonly prompt: string;
}

export interface ToolTimes {
  /**
   * From when the caller has all calls of one round to when it has all of the next; for the last round, to when it has the
   * end of the answer.
   */
  readonly roundsMs: readonly number[];
}

export const TOOL = {
  name: 'look_up',
  description: 'Looks up one entry.',
  parameters: {
    type: 'object',
    properties: { round: { type: 'integer' }, place: { type: 'integer' } },
    required: ['round', 'place'],
    additionalProperties: false,
  },
} as const;

export const TOOL_RESULT = 'The entry is there.';

/** The model's part of the job, for the simulator. */
export const toToolSteps = ({ rounds, calls }: Omit<ToolJob, 'prompt'>): readonly unknown[] => [
  ...Array.from({ length: rounds }, (_round, round) => ({
    parallel: Array.from({ length: calls }, (_place, place) => ({ tool: TOOL.name, args: { round, place } })),
    listed: true,
  })),
  { text: 'Done.' },
];

/** The times between moments, one after the other. */
export const toRoundsMs = (momentsMs: readonly number[]): readonly number[] =>
  momentsMs.slice(1).map((moment, index) => moment - (momentsMs[index] ?? moment));
