import { existsSync } from 'node:fs';
import { GatewayError } from '../../core/gateway-error.ts';
import type { BridgeOptions } from './bridge-options.ts';
import { type BridgeProcess, type ProcessEnd, startBridgeProcess } from './bridge-process.ts';
import { DEFAULT_BRIDGE_TIMEOUTS, KILLED_MS } from './bridge-timeouts.ts';
import { chooseProxy } from './choose-proxy.ts';
import { DeadlineError, withDeadline } from './deadline.ts';
import { initializeBridge } from './initialize-bridge.ts';
import { createInstanceFolders, type InstanceFolders, removeLeftovers } from './instance-folders.ts';
import { toForkFailure, toHandshakeFailure } from './start-failures.ts';

/**
 * Starts a process with the SDK for one purpose, and ends it when that is done or has failed, its files with it.
 *
 * @throws GatewayError `bridge_unavailable` where no process can be had; the reason of `signal` when that is aborted; what
 * `use` throws
 */
export const withOwnBridge = async <Result>(
  options: BridgeOptions,
  signal: AbortSignal,
  use: (bridge: BridgeProcess) => Promise<Result>,
): Promise<Result> => {
  signal.throwIfAborted();
  const timeouts = { ...DEFAULT_BRIDGE_TIMEOUTS, ...options.timeouts };
  const proxy = chooseProxy(options);
  const { bridge, folders } = start(options, proxy.variables);
  /** The failure of a connection that broke: why is what its process says. */
  const explain = async (error: unknown): Promise<never> => {
    const isKnown = error instanceof GatewayError && error.code !== 'bridge_unavailable';
    if (signal.aborted || isKnown) throw error;
    throw toLost(await withDeadline(bridge.ended, timeouts.startMs, signal), options);
  };
  try {
    const initializing = initializeBridge(bridge, { ...options, folders, proxy: proxy.variables, timeouts });
    const { nodeVersion, proxy: proxyUse } = await withDeadline(initializing, timeouts.startMs, signal).catch(
      (error: unknown) => {
        const message = toStartFailure(error, timeouts.startMs);
        if (message !== null) throw new GatewayError('bridge_unavailable', message, { cause: error });
        return explain(error);
      },
    );
    proxy.judge(proxyUse, nodeVersion);
    return await use(bridge).catch(explain);
  } finally {
    bridge.shutDown(timeouts.shutdownMs);
    // A killed process can outlive its death in the kernel; that is no reason to wait.
    await withDeadline(bridge.ended, timeouts.shutdownMs + KILLED_MS).catch(() => undefined);
    folders.remove();
  }
};

const start = (options: BridgeOptions, proxy: Parameters<typeof startBridgeProcess>[0]['proxy']) => {
  let folders: InstanceFolders | null = null;
  try {
    if (!existsSync(options.bridgePath)) throw new Error(`${options.bridgePath} is missing`);
    removeLeftovers(options.dataFolder);
    folders = createInstanceFolders(options.dataFolder);
    return { folders, bridge: startBridgeProcess({ ...options, workFolder: folders.workFolder, proxy }) };
  } catch (error) {
    folders?.remove();
    throw new GatewayError('bridge_unavailable', toForkFailure(error, options.nodePath), { cause: error });
  }
};

const toLost = (end: ProcessEnd, { nodePath }: BridgeOptions): GatewayError =>
  new GatewayError(
    'bridge_unavailable',
    end.type === 'not-started'
      ? toForkFailure(end.error, nodePath)
      : 'The process that holds the Cursor SDK was lost. Try again.',
  );

/** Why a process did not come to be ready; `null` where it says so itself by its end. */
const toStartFailure = (error: unknown, startMs: number): string | null =>
  error instanceof DeadlineError
    ? `The process for the Cursor SDK was not ready after ${startMs / 1000} s. Try again.`
    : toHandshakeFailure(error);
