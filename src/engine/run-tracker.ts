import type { Backend } from '../core/backend.ts';

/** Counts the runs of a backend while they last. */
export interface RunTracker {
  readonly activeRuns: number;
  readonly run: Backend['run'];
}

/** Wraps a backend's `run`; `onDidChange` is called after each change of the count. */
export const createRunTracker = (backend: Pick<Backend, 'run'>, onDidChange: () => void): RunTracker => {
  let activeRuns = 0;
  return {
    get activeRuns() {
      return activeRuns;
    },
    async *run(request, signal) {
      activeRuns += 1;
      onDidChange();
      try {
        yield* backend.run(request, signal);
      } finally {
        activeRuns -= 1;
        onDidChange();
      }
    },
  };
};
