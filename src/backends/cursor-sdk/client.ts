import type { CursorProfile } from '../../core/account.ts';
import type { Backend, BackendState } from '../../core/backend.ts';
import type { CredentialSource } from '../../core/credential-source.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { Model } from '../../core/model.ts';
import type { RunEvent } from '../../core/run-event.ts';
import { type BridgeState, createBridgeHost } from './bridge-host.ts';
import type { BridgeOptions } from './bridge-options.ts';
import type { BridgeProcess } from './bridge-process.ts';
import { DEFAULT_BRIDGE_TIMEOUTS } from './bridge-timeouts.ts';
import { callBridge } from './call-bridge.ts';
import { followRun, type RunInProgress, toUnavailable } from './follow-run.ts';
import { createKeptAgentIds } from './kept-agent-ids.ts';
import { createPendingRequest, type PendingRequest } from './pending-request.ts';
import {
  listModelsRequest,
  readProfileRequest,
  RUN_EVENTS_TOKEN,
  runEventsProgress,
  toolResultsNotification,
} from './protocol.ts';
import { tellBridge } from './tell-bridge.ts';
import { createWarmUp } from './warm-up.ts';

export interface CursorSdkBackendOptions extends BridgeOptions {
  /** Asked for the key to warm the SDK up with. */
  readonly credentials: Pick<CredentialSource, 'select'>;
}

/**
 * Reaches Cursor through `@cursor/sdk`, which lives in a supervised child process: what happens to that process ends the
 * runs in it with an error and nothing else.
 */
export const createCursorSdkBackend = (options: CursorSdkBackendOptions): Backend => {
  const { logger } = options;
  const timeouts = { ...DEFAULT_BRIDGE_TIMEOUTS, ...options.timeouts };
  const runs = new Map<number, RunInProgress>();
  const keptAgents = createKeptAgentIds();
  const warmUp = createWarmUp({ ...options, timeouts });
  let lastRunKey = 0;
  let isStopping = false;

  const host = createBridgeHost({
    ...options,
    timeouts,
    onReady(bridge) {
      bridge.connection.onProgress(runEventsProgress, RUN_EVENTS_TOKEN, (batch) => {
        for (const [runKey, events] of batch) {
          if (events.some(({ type }) => type === 'run-start')) warmUp.noteRun(bridge);
          runs.get(runKey)?.queue.push(events);
        }
      });
      keptAgents.begin(bridge);
      logger.info('The bridge is ready.', { processId: bridge.processId });
      void warmUp.begin(bridge);
    },
    onEnded(bridge, reason) {
      for (const run of runs.values()) {
        if (run.bridge === bridge) run.queue.push([isStopping ? STOPPED : toUnavailable(reason)]);
      }
    },
    isBusy: (bridge) => [...runs.values()].some((run) => run.bridge === bridge),
  });

  host.onDidChangeState(({ status }) => {
    // A process that stops being the one that takes requests takes its agents with it.
    if (status === 'ready') return;
    keptAgents.clear();
    warmUp.clear();
  });
  const toState = (state: BridgeState): BackendState => ({ ...state, warmth: warmUp.warmth });

  async function* follow(
    runKey: number,
    request: PendingRequest,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent, void, void> {
    let bridge: BridgeProcess;
    try {
      bridge = await host.getReady(signal);
    } catch (error) {
      if (!signal.aborted) yield toRunError(error, logger);
      return;
    }
    if (!signal.aborted) yield* followRun({ bridge, runKey, request, signal, runs, keptAgents, logger });
  }

  return {
    get state() {
      return toState(host.state);
    },
    onDidChangeState: (listener) => host.onDidChangeState((state) => listener(toState(state))),
    start() {
      isStopping = false;
      return host.start();
    },
    stop() {
      isStopping = true;
      for (const run of runs.values()) run.queue.push([STOPPED]);
      return host.stop();
    },
    warmUp: () => warmUp.retry(),

    async listModels(apiKey, signal) {
      const bridge = await host.getReady(signal);
      const { models } = await callBridge<{ readonly models: readonly Model[] }>(
        bridge,
        (connection, token) => connection.sendRequest(listModelsRequest, { apiKey }, token),
        signal,
      );
      return models;
    },

    async readProfile(apiKey, signal) {
      const bridge = await host.getReady(signal);
      const { profile } = await callBridge<{ readonly profile: CursorProfile }>(
        bridge,
        (connection, token) => connection.sendRequest(readProfileRequest, { apiKey }, token),
        signal,
      );
      return profile;
    },

    run: (request, signal) => {
      lastRunKey += 1;
      const runKey = lastRunKey;
      const pending = createPendingRequest(request);
      return {
        [Symbol.asyncIterator]: () => follow(runKey, pending, signal),
        sendToolResults(results) {
          const bridge = runs.get(runKey)?.bridge;
          if (bridge === undefined) return;
          tellBridge(bridge, (connection) => connection.sendNotification(toolResultsNotification, { runKey, results }));
        },
      };
    },
    hasAgent: (agentId) => keptAgents.has(agentId),
    releaseAgents: (agentIds) => keptAgents.release(agentIds),
  };
};

const STOPPED: RunEvent = {
  type: 'run-error',
  error: { code: 'bridge_unavailable', message: 'Portside was stopped before the answer was complete.' },
};

const toRunError = (error: unknown, logger: Logger): RunEvent => {
  const known = GatewayError.from(error);
  if (known !== error) logger.error(`A run could not begin: ${toMessage(error)}`);
  return { type: 'run-error', error: known.toFailure() };
};

const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
