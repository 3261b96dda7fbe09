import type { MessageConnection } from 'vscode-jsonrpc';
import type { BridgeProcess } from './bridge-process.ts';

/** Tells a process something. Where it has gone, what it was to be told does not matter any more. */
export const tellBridge = (
  { connection }: BridgeProcess,
  tell: (connection: MessageConnection) => Promise<void>,
): void => {
  // Async, so that a connection which is already closed rejects as one that closes later does.
  const telling = async () => tell(connection);
  telling().catch(() => undefined);
};
