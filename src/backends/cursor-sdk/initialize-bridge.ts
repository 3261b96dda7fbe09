import type { BridgeProcess } from './bridge-process.ts';
import type { BridgeTimeouts } from './bridge-timeouts.ts';
import type { InstanceFolders } from './instance-folders.ts';
import { initializeRequest, type InitializeResult, PROTOCOL_VERSION } from './protocol.ts';
import { isProxied, type ProxyVariables } from './proxy-environment.ts';

/** Shakes hands with a new process: resolves once the SDK is loaded in it. Rejects with what the process or the connection says. */
export const initializeBridge = async (
  { connection }: BridgeProcess,
  options: {
    readonly backendUrl: string | Promise<string>;
    readonly folders: InstanceFolders;
    /** What the process has in its environment. */
    readonly proxy: ProxyVariables;
    /** How long Cursor may send nothing. */
    readonly requestTimeoutMs: number;
    readonly timeouts: BridgeTimeouts;
  },
): Promise<InitializeResult> => {
  const { folders, requestTimeoutMs } = options;
  const { createMs, sendMs, turnEndMs } = options.timeouts;
  // The SDK puts its paths right behind it.
  const backendUrl = (await options.backendUrl).replace(/\/+$/u, '');
  return connection.sendRequest(initializeRequest, {
    protocolVersion: PROTOCOL_VERSION,
    backendUrl,
    isProxied: isProxied(options.proxy, backendUrl),
    cursorDataPath: folders.cursorDataPath,
    workFolder: folders.workFolder,
    timeouts: { createMs, sendMs, turnEndMs, silenceMs: requestTimeoutMs },
  });
};
