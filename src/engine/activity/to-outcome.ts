import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type { RequestOutcome } from '../../core/request-activity.ts';

/** How a request ended, by what is known of it then. */
export const toOutcome = ({
  status,
  isComplete,
  errorCode,
  isCancelled,
}: {
  /** `null` where its client hung up before there was one. */
  readonly status: number | null;
  readonly isComplete: boolean;
  readonly errorCode: GatewayErrorCode | null;
  /** Whether the user has ended it. */
  readonly isCancelled: boolean;
}): Exclude<RequestOutcome, 'running'> => {
  if (isCancelled || (!isComplete && errorCode === null)) return 'cancelled';
  return errorCode !== null || status === null || status >= 400 ? 'failed' : 'succeeded';
};
