import type { RunEvent, RunFailure } from '../../../core/run-event.ts';
import { DeadlineError } from '../deadline.ts';
import { fromThrownError } from '../errors.ts';
import { toSdkErrorShape } from './sdk-error-shape.ts';

/** How one attempt to answer ended. */
export type AttemptOutcome =
  | {
      readonly type: 'finished';
      /** What is still to be given out. */
      readonly ending: readonly RunEvent[];
      /** Whether the turn is in the agent's history. */
      readonly isRecorded: boolean;
    }
  | { readonly type: 'aborted' }
  | AttemptFailure;

export interface AttemptFailure {
  readonly type: 'failed';
  readonly failure: RunFailure;
  /** The SDK's own text; `null` where the failure is of our making. */
  readonly sdkText: string | null;
  /** Whether any of the answer has been given out: then there is no second attempt. */
  readonly hasOutput: boolean;
}

/** What a call of the SDK came to that threw or did not come back in time. */
export const toEarlyOutcome = (
  error: unknown,
  signal: AbortSignal,
  timeoutMessage: string,
): Exclude<AttemptOutcome, { readonly type: 'finished' }> => {
  if (signal.aborted) return { type: 'aborted' };
  if (error instanceof DeadlineError) {
    const failure = { code: 'timeout', message: `${timeoutMessage} Try again.` } as const;
    return { type: 'failed', failure, sdkText: null, hasOutput: false };
  }
  const shape = toSdkErrorShape(error);
  return { type: 'failed', failure: fromThrownError(shape), sdkText: shape.message, hasOutput: false };
};
