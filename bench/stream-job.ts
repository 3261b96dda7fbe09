/** What every way of streaming is asked to do: so many answers at the same time, each of so many deltas. */
export interface StreamJob {
  readonly streams: number;
  /** Per stream. */
  readonly deltas: number;
}

/** One answer, timed from the request for it. */
export interface StreamTimes {
  readonly firstDeltaMs: number;
  readonly totalMs: number;
}

export interface StreamResult {
  /** From the first request to the last end. */
  readonly wallMs: number;
  readonly streams: readonly StreamTimes[];
}

/** Characters of one delta: about what a model's token is. */
export const DELTA_CHARACTERS = 4;

/** The answer's text; every delta is one piece of it. */
export const toAnswerText = (deltas: number): string => 'abc '.repeat(deltas);

/** Runs all streams of a job at once. */
export const runStreams = async (job: StreamJob, runStream: () => Promise<StreamTimes>): Promise<StreamResult> => {
  const startedMs = performance.now();
  const streams = await Promise.all(Array.from({ length: job.streams }, runStream));
  return { wallMs: performance.now() - startedMs, streams };
};
