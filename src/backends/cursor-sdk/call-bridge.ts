import { type CancellationToken, CancellationTokenSource, type MessageConnection } from 'vscode-jsonrpc';
import { GatewayError } from '../../core/gateway-error.ts';
import type { RunFailure } from '../../core/run-event.ts';
import type { BridgeProcess } from './bridge-process.ts';

/**
 * Asks a process for something. Aborting `signal` cancels the request there, and ends the waiting at once.
 *
 * @throws GatewayError with the failure that the process tells; `bridge_unavailable` where it is lost; `timeout` on an abort
 */
export const callBridge = async <Result extends object>(
  { connection }: BridgeProcess,
  send: (connection: MessageConnection, token: CancellationToken) => Promise<Result | { readonly error: RunFailure }>,
  signal?: AbortSignal,
): Promise<Result> => {
  const cancellation = new CancellationTokenSource();
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    cancellation.cancel();
    aborted.reject(new GatewayError('timeout', 'Cursor was not waited for any longer. Try again.'));
  };
  // Where nobody waits for it, it is no failure.
  aborted.promise.catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  // Async, so that a connection which is already closed rejects as one that closes later does.
  const ask = async () => send(connection, cancellation.token);
  try {
    const result = await Promise.race([ask().catch(toLost), aborted.promise]);
    if (isFailure(result)) throw GatewayError.fromFailure(result.error);
    return result;
  } finally {
    signal?.removeEventListener('abort', abort);
    cancellation.dispose();
  }
};

const isFailure = (result: object): result is { readonly error: RunFailure } => 'error' in result;

const toLost = (error: unknown): never => {
  const message = 'The process that holds the Cursor SDK was lost. It is restarted by itself; try again.';
  throw new GatewayError('bridge_unavailable', message, { cause: error });
};
