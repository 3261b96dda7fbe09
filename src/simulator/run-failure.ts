import { Code, ConnectError } from '@connectrpc/connect';
import { codeFromString } from '@connectrpc/connect/protocol-connect';
import { ErrorDetailsSchema } from './generated/aiserver_pb.ts';
import type { FailStep } from './scenario-step.ts';

/** How a run ends that does not end well, other than by an error of the simulator itself or by the client's leaving. */
export type RunFailure = { readonly kind: 'error'; readonly error: ConnectError } | { readonly kind: 'drop' };

/** Thrown to end a run at a step. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly failure: RunFailure;

  constructor(failure: RunFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/**
 * Builds the error of a `fail` step. It carries Cursor's own details only where the step names one of them: without any, a
 * plain Connect error results, which clients show and retry differently.
 */
export function toConnectError({ fail }: FailStep, fill: (template: string) => string): ConnectError {
  const message = fill(fail.message);
  const code = codeFromString(fail.code) ?? Code.Unknown;
  const { error, title, retryable } = fail;
  if (error === undefined && title === undefined && retryable === undefined) return new ConnectError(message, code);
  const value = {
    error: error ?? 0,
    details: { title: fill(title ?? ''), detail: message, ...(retryable !== undefined && { isRetryable: retryable }) },
  };
  return new ConnectError(message, code, undefined, [{ desc: ErrorDetailsSchema, value }]);
}
