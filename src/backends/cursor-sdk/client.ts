import { type CancellationToken, CancellationTokenSource, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import type { Backend } from '../../core/backend.ts';
import type { CredentialSource } from '../../core/credential-source.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { RunEvent } from '../../core/run-event.ts';
import { createBridgeHost } from './bridge-host.ts';
import type { BridgeProcess } from './bridge-process.ts';
import { type BridgeTimeouts, DEFAULT_BRIDGE_TIMEOUTS } from './bridge-timeouts.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import {
  listModelsRequest,
  type ListModelsResult,
  prewarmRequest,
  RUN_EVENTS_TOKEN,
  type RunParams,
  runEventsProgress,
  runRequest,
} from './protocol.ts';

export interface CursorSdkBackendOptions {
  /** Absolute path of the built bridge, `dist/bridge.js`. */
  readonly bridgePath: string;
  /** The Node.js executable for it; empty for the one that runs this process. */
  readonly nodePath: string;
  /** Empty for Cursor's own service. */
  readonly backendUrl: string | Promise<string>;
  /** A private folder for the bridge's files; made where it is missing. */
  readonly dataFolder: string;
  readonly credentials: CredentialSource;
  readonly logger: Logger;
  /** How long Cursor may send nothing. */
  readonly requestTimeoutMs: number;
  readonly timeouts?: Partial<BridgeTimeouts>;
}

/** The events of a run on their way to its consumer; `null` where there will be no more. */
interface RunInProgress {
  readonly bridge: BridgeProcess;
  readonly queue: EventQueue<RunEvent | null>;
}

/**
 * Reaches Cursor through `@cursor/sdk`, which lives in a supervised child process: what happens to that process ends the
 * runs in it with an error and nothing else.
 */
export const createCursorSdkBackend = (options: CursorSdkBackendOptions): Backend => {
  const { credentials, logger } = options;
  const timeouts = { ...DEFAULT_BRIDGE_TIMEOUTS, ...options.timeouts };
  const runs = new Map<number, RunInProgress>();
  let lastRunKey = 0;
  let isStopping = false;

  const prewarm = async (bridge: BridgeProcess): Promise<void> => {
    try {
      const apiKey = await credentials.getApiKey();
      if (apiKey === null) return;
      const { error } = await bridge.connection.sendRequest(prewarmRequest, { apiKey });
      if (error !== null) logger.warn(`The Cursor SDK could not be warmed up: ${error.message}`, { code: error.code });
    } catch {
      logger.debug('The Cursor SDK was not warmed up.');
    }
  };

  const host = createBridgeHost({
    ...options,
    timeouts,
    onReady(bridge) {
      bridge.connection.onProgress(runEventsProgress, RUN_EVENTS_TOKEN, (batch) => {
        for (const [runKey, events] of batch) runs.get(runKey)?.queue.push(events);
      });
      logger.info('The bridge is ready.', { processId: bridge.processId });
      void prewarm(bridge);
    },
    onEnded(bridge, reason) {
      for (const run of runs.values()) {
        if (run.bridge === bridge) run.queue.push([isStopping ? STOPPED : toUnavailable(reason)]);
      }
    },
    isBusy: (bridge) => [...runs.values()].some((run) => run.bridge === bridge),
  });

  return {
    get state() {
      return host.state;
    },
    onDidChangeState: (listener) => host.onDidChangeState(listener),
    start() {
      isStopping = false;
      return host.start();
    },
    stop() {
      isStopping = true;
      return host.stop();
    },

    async listModels(signal) {
      const apiKey = await requireApiKey(credentials);
      const bridge = await host.getReady(signal);
      let result: ListModelsResult;
      try {
        result = await bridge.connection.sendRequest(listModelsRequest, { apiKey });
      } catch (error) {
        const message = 'The process that holds the Cursor SDK was lost. It is restarted by itself; try again.';
        throw new GatewayError('bridge_unavailable', message, { cause: error });
      }
      if ('error' in result) throw GatewayError.fromFailure(result.error);
      return result.models;
    },

    async *run(request, signal) {
      let apiKey: string;
      let bridge: BridgeProcess;
      try {
        apiKey = await requireApiKey(credentials);
        bridge = await host.getReady(signal);
      } catch (error) {
        if (!signal.aborted) yield toRunError(error, logger);
        return;
      }
      if (signal.aborted) return;

      lastRunKey += 1;
      const runKey = lastRunKey;
      const queue = createEventQueue<RunEvent | null>();
      const cancellation = new CancellationTokenSource();
      const abort = () => queue.push([null]);
      signal.addEventListener('abort', abort, { once: true });
      runs.set(runKey, { bridge, queue });
      let isOver = false;
      try {
        send(bridge, { runKey, apiKey, request }, cancellation.token).catch((error: unknown) => {
          logger.debug(`A run lost its bridge: ${toMessage(error)}`, { requestId: request.requestId });
          // Where the process has ended, the reason comes from there.
          void bridge.ended.then(() => queue.push([toUnavailable('the connection to it broke.')]));
          if (error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected) {
            queue.push([toUnavailable('it failed to take a request.')]);
          }
        });
        for (;;) {
          for (const event of await queue.take()) {
            if (event === null) return;
            isOver = event.type === 'run-end' || event.type === 'run-error';
            yield event;
            if (isOver) return;
          }
        }
      } finally {
        signal.removeEventListener('abort', abort);
        runs.delete(runKey);
        if (!isOver) cancellation.cancel();
        cancellation.dispose();
      }
    },
  };
};

/** Async, so that a connection which is already closed rejects as one that closes later does. */
const send = async (bridge: BridgeProcess, params: RunParams, token: CancellationToken): Promise<void> => {
  await bridge.connection.sendRequest(runRequest, params, token);
};

const requireApiKey = async (credentials: CredentialSource): Promise<string> => {
  const apiKey = await credentials.getApiKey();
  if (apiKey !== null) return apiKey;
  throw new GatewayError(
    'cursor_sign_in_required',
    'Portside has no Cursor API key. Set CURSOR_API_KEY, or run the command "Portside: Set Cursor API Key".',
  );
};

const STOPPED: RunEvent = {
  type: 'run-error',
  error: { code: 'bridge_unavailable', message: 'Portside was stopped before the answer was complete.' },
};

const toUnavailable = (reason: string): RunEvent => ({
  type: 'run-error',
  error: {
    code: 'bridge_unavailable',
    message: `The process that holds the Cursor SDK was lost: ${reason} It is restarted by itself; try again.`,
  },
});

const toRunError = (error: unknown, logger: Logger): RunEvent => {
  const known = GatewayError.from(error);
  if (known !== error) logger.error(`A run could not begin: ${toMessage(error)}`);
  return { type: 'run-error', error: known.toFailure() };
};

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
