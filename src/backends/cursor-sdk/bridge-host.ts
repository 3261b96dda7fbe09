import { existsSync } from 'node:fs';
import type { BackendState, BackendStatus, ProxyUse } from '../../core/backend.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { BridgeOptions } from './bridge-options.ts';
import { type BridgeProcess, type ProcessEnd, startBridgeProcess } from './bridge-process.ts';
import { type BridgeTimeouts, KILLED_MS } from './bridge-timeouts.ts';
import { type ChosenProxy, chooseProxy } from './choose-proxy.ts';
import { withDeadline } from './deadline.ts';
import { startHeartbeat } from './heartbeat.ts';
import { initializeBridge } from './initialize-bridge.ts';
import { createInstanceFolders, type InstanceFolders, removeLeftovers } from './instance-folders.ts';
import { pingRequest, type PingResult } from './protocol.ts';
import { toForkFailure, toHandshakeFailure } from './start-failures.ts';
import {
  INITIAL_SUPERVISOR_STATE,
  superviseBridge,
  type SupervisorEffect,
  type SupervisorInput,
  type SupervisorState,
} from './supervisor.ts';

/** A bridge that needs more memory than this is replaced when nothing runs in it. */
const MAX_RSS_BYTES = 600 * 1024 * 1024;

export interface BridgeHostOptions extends BridgeOptions {
  readonly timeouts: BridgeTimeouts;
  /** A new process can take requests from now on. */
  readonly onReady: (bridge: BridgeProcess) => void;
  /** A process has ended: nothing more will come from it. */
  readonly onEnded: (bridge: BridgeProcess, reason: string) => void;
  /** Whether requests are under way in a process. */
  readonly isBusy: (bridge: BridgeProcess) => boolean;
}

/** What the state of a backend knows of its process. */
export type BridgeState = Omit<BackendState, 'warmth'>;

/** Keeps one bridge process running: carries out what {@link superviseBridge} decides. */
export interface BridgeHost {
  readonly state: BridgeState;
  onDidChangeState(listener: (state: BridgeState) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * The process that takes requests; waits for it where one is about to start.
   *
   * @throws GatewayError `bridge_unavailable` where there is none in time
   */
  getReady(signal?: AbortSignal): Promise<BridgeProcess>;
}

interface Child {
  readonly number: number;
  readonly bridge: BridgeProcess;
  readonly folders: InstanceFolders;
  readonly proxy: ChosenProxy;
  isAskedToEnd: boolean;
  stopHeartbeat: () => void;
}

export const createBridgeHost = (options: BridgeHostOptions): BridgeHost => {
  const { logger, timeouts } = options;
  const children = new Map<number, Child>();
  const listeners = new Set<(state: BridgeState) => void>();
  let supervisor: SupervisorState = INITIAL_SUPERVISOR_STATE;
  let proxyUse: ProxyUse = 'none';
  let state: BridgeState = toBridgeState(supervisor, proxyUse);
  let backoffTimer: NodeJS.Timeout | undefined;

  const dispatch = (input: SupervisorInput): void => {
    const step = superviseBridge(supervisor, input, { backoffMs: timeouts.backoffMs });
    supervisor = step.state;
    const next = toBridgeState(supervisor, proxyUse);
    const hasChanged = next.status !== state.status || next.reason !== state.reason || next.proxy !== state.proxy;
    state = next;
    // Before the effects, since these can change the state again at once.
    if (hasChanged) for (const listener of listeners) listener(next);
    for (const effect of step.effects) perform(effect);
  };

  const perform = (effect: SupervisorEffect): void => {
    const child = children.get(effect.child);
    switch (effect.type) {
      case 'fork':
        fork(effect.child);
        break;
      case 'kill':
        child?.bridge.kill();
        break;
      case 'shut-down':
        if (child === undefined) break;
        child.isAskedToEnd = true;
        child.stopHeartbeat();
        child.bridge.shutDown(timeouts.shutdownMs);
        break;
      case 'schedule':
        clearTimeout(backoffTimer);
        backoffTimer = setTimeout(() => dispatch({ type: 'backoff-over', child: effect.child }), effect.delayMs);
        break;
    }
  };

  const fork = (number: number): void => {
    let folders: InstanceFolders | null = null;
    try {
      if (!existsSync(options.bridgePath)) throw new Error(`${options.bridgePath} is missing`);
      folders = createInstanceFolders(options.dataFolder);
      const proxy = chooseProxy(options);
      const bridge = startBridgeProcess({ ...options, workFolder: folders.workFolder, proxy: proxy.variables });
      const child: Child = { number, bridge, folders, proxy, isAskedToEnd: false, stopHeartbeat: () => undefined };
      children.set(number, child);
      logger.debug('The bridge is starting.', { processId: bridge.processId });
      void bridge.ended.then((end) => settle(child, end));
      void initialize(child);
    } catch (error) {
      folders?.remove();
      dispatch({ type: 'cannot-start', child: number, reason: toForkFailure(error, options.nodePath) });
    }
  };

  const initialize = async (child: Child): Promise<void> => {
    const { bridge, folders, number, proxy } = child;
    const late = setTimeout(() => {
      crash(child, `it was not ready after ${timeouts.startMs / 1000} s.`);
    }, timeouts.startMs);
    try {
      const result = await initializeBridge(bridge, { ...options, folders, proxy: proxy.variables });
      if (supervisor.child === number) proxyUse = proxy.judge(result.proxy, result.nodeVersion);
      beginHeartbeat(child);
      dispatch({ type: 'initialized', child: number });
      if (supervisor.status === 'ready' && supervisor.child === number) options.onReady(bridge);
    } catch (error) {
      const failure = toHandshakeFailure(error);
      if (failure !== null) dispatch({ type: 'cannot-start', child: number, reason: failure });
      // Otherwise the process has ended, or is about to be ended by the timer.
    } finally {
      clearTimeout(late);
    }
  };

  const crash = (child: Child, reason: string): void => {
    logger.warn(`The bridge has failed: ${reason}`);
    options.onEnded(child.bridge, reason);
    dispatch({ type: 'crashed', child: child.number, reason, nowMs: performance.now() });
  };

  const beginHeartbeat = (child: Child): void => {
    const { bridge, number } = child;
    child.stopHeartbeat = startHeartbeat({
      ping: () => bridge.connection.sendRequest(pingRequest),
      intervalMs: timeouts.pingIntervalMs,
      limitMs: timeouts.pingMs,
      onAnswer: (answer) => {
        if (isWornOut(answer) && !options.isBusy(bridge)) dispatch({ type: 'worn-out', child: number });
      },
      onHang: () => crash(child, `it did not answer for ${timeouts.pingMs / 1000} s.`),
    });
  };

  const settle = (child: Child, end: ProcessEnd): void => {
    const { number, bridge } = child;
    children.delete(number);
    child.stopHeartbeat();
    child.folders.remove();
    const reason = describeEnd(end);
    options.onEnded(bridge, reason);
    if (child.isAskedToEnd) {
      dispatch({ type: 'ended', child: number });
    } else if (end.type === 'not-started') {
      dispatch({ type: 'cannot-start', child: number, reason: toForkFailure(end.error, options.nodePath) });
    } else {
      const isCurrent = supervisor.child === number && supervisor.status !== 'failed';
      if (isCurrent) logger.warn(`The bridge has ended: ${reason}`);
      dispatch({ type: 'crashed', child: number, reason, nowMs: performance.now() });
    }
  };

  const onDidChangeState = (listener: (state: BridgeState) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  /** Resolves at the first state for which `isDone` holds. */
  const waitFor = (isDone: (state: BridgeState) => boolean): { promise: Promise<void>; end: () => void } => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = onDidChangeState((next) => {
      if (!isDone(next)) return;
      end();
      resolve();
    });
    if (isDone(state)) {
      end();
      resolve();
    }
    return { promise, end };
  };

  return {
    get state() {
      return state;
    },
    onDidChangeState,
    async start() {
      removeLeftovers(options.dataFolder);
      dispatch({ type: 'start' });
      await waitFor(({ status }) => status !== 'starting').promise;
    },
    async stop() {
      clearTimeout(backoffTimer);
      dispatch({ type: 'stop' });
      const ended = Promise.all(Array.from(children.values(), (child) => child.bridge.ended));
      // A killed process can outlive its death in the kernel; that is no reason to wait.
      await withDeadline(ended, timeouts.shutdownMs + KILLED_MS).catch(() => undefined);
    },
    async getReady(signal) {
      if (state.status === 'starting' || state.status === 'restarting') {
        const change = waitFor(({ status }) => status !== 'starting' && status !== 'restarting');
        const over = Promise.withResolvers<void>();
        const timer = setTimeout(over.resolve, timeouts.readyMs);
        const abort = () => over.resolve();
        signal?.addEventListener('abort', abort);
        await Promise.race([change.promise, over.promise]);
        change.end();
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      }
      const child = children.get(supervisor.child);
      if (supervisor.status === 'ready' && child !== undefined) return child.bridge;
      throw new GatewayError('bridge_unavailable', describeUnavailable(state));
    },
  };
};

const toBridgeState = (supervisor: SupervisorState, proxy: ProxyUse): BridgeState => {
  const { reason, restarts } = supervisor;
  return { status: toStatus(supervisor), reason, proxy, restarts };
};

const toStatus = ({ status, wasReady, crashTimesMs }: SupervisorState): BackendStatus => {
  switch (status) {
    case 'starting':
      return wasReady || crashTimesMs.length > 0 ? 'restarting' : 'starting';
    case 'retiring':
    case 'backoff':
      return 'restarting';
    case 'stopped':
    case 'ready':
    case 'failed':
      return status;
  }
};

const isWornOut = (answer: PingResult): boolean =>
  answer.activeRuns === 0 && (answer.needsRestart || answer.rssBytes > MAX_RSS_BYTES);

const describeEnd = (end: ProcessEnd): string => {
  if (end.type === 'not-started') return end.error.message;
  return end.signal === null ? `it ended with code ${end.code}.` : `it was ended by ${end.signal}.`;
};

const describeUnavailable = ({ status, reason }: BridgeState): string => {
  switch (status) {
    case 'stopped':
      return 'The process that holds the Cursor SDK is not running. Start Portside again.';
    case 'failed':
      return `The process that holds the Cursor SDK could not be kept running. ${reason ?? ''}`.trim();
    case 'starting':
    case 'restarting':
    case 'ready':
      return 'The process that holds the Cursor SDK is still starting. Try again in a moment.';
  }
};
