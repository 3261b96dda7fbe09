import type { RunFailure } from './run-event.ts';

/** The failure of a run that is over without having said how it ended. */
export const NO_ANSWER: RunFailure = {
  code: 'upstream_error',
  message: 'Cursor ended the run without an answer. Try again.',
};
