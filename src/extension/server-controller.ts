import type { ConversationRegistry } from '../core/conversation-info.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../core/model.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import type { Gateway, StopReason, WhenServed } from '../host/gateway.ts';
import { toGatewayFailure } from './to-gateway-failure.ts';

export interface ServerControllerOptions {
  /** Makes a gateway from the settings as they are now. */
  readonly createGateway: (whenServed: WhenServed) => Promise<Gateway>;
  readonly logger: Logger;
  /** Shown where the gateway could not even be made and nobody knows why; the log has the cause. */
  readonly cannotStartMessage: string;
}

/** The extension's one server, over the gateways that come and go with its restarts. */
export interface ServerController {
  readonly state: GatewayState;
  /** Calls `listener` after each change of {@link state}, with the one before. Returns the function that ends this. */
  onDidChangeState(listener: (state: GatewayState, previous: GatewayState) => void): () => void;
  /** Does nothing while running, or while waiting for another Portside. Never rejects: look at {@link state}. */
  start(): Promise<void>;
  /** Ends at once what is under way, such as a start that looks at a silent port. */
  stop(reason: StopReason): Promise<void>;
  restart(): Promise<void>;
  /** The same, in place of another Portside that serves: that one is asked to make way. */
  restartInstead(): Promise<void>;
  /** Asks the Portside that serves to make way. @throws GatewayError where it does not */
  takeOver(): Promise<void>;
  /** Lets requests in that come under this host name, until the server stops. */
  allowHost(name: string): void;
  /** The conversations of all clients; `null` while nothing is served here. */
  readonly conversations: ConversationRegistry | null;
  /** The models of the default account; empty while nothing is served here. Never rejects. */
  listModels(): Promise<readonly Model[]>;
}

/** Actions are done one after the other, in the order they were asked for, so that no two gateways want the same port. */
export const createServerController = ({
  createGateway,
  logger,
  cannotStartMessage,
}: ServerControllerOptions): ServerController => {
  const listeners = new Set<(state: GatewayState, previous: GatewayState) => void>();
  let state: GatewayState = { status: 'stopped' };
  let gateway: Gateway | null = null;
  let ending: Promise<void> | null = null;
  /** The stops that wait for their turn. */
  const pendingStops: StopReason[] = [];
  let lastAction: Promise<void> = Promise.resolve();

  const setState = (next: GatewayState): void => {
    const previous = state;
    if (next === previous) return;
    state = next;
    for (const listener of listeners) listener(next, previous);
  };

  const enqueue = (action: () => Promise<void>): Promise<void> => {
    const done = lastAction.then(action);
    lastAction = done.catch(() => undefined);
    return done;
  };

  /** Ends the present gateway, whoever is waiting for it. Asks it once. */
  const endGateway = async (reason: StopReason): Promise<void> => {
    if (gateway !== null) await (ending ??= gateway.stop(reason));
  };

  /** For an end that nobody waits for yet: the stop that asked for it tells of a failure in its turn. */
  const endGatewayNow = (reason: StopReason): void => {
    endGateway(reason).catch(() => undefined);
  };

  const stopGateway = async (reason: StopReason): Promise<void> => {
    try {
      await endGateway(reason);
    } finally {
      gateway = null;
      ending = null;
      if (state.status !== 'stopped') setState({ status: 'stopped' });
    }
  };

  const startGateway = async (whenServed: WhenServed): Promise<void> => {
    if (state.status === 'running' || state.status === 'served-elsewhere') return;
    const stopsBefore = pendingStops.length;
    const isStopped = (): boolean => pendingStops.length > stopsBefore;
    try {
      await stopGateway('ending');
      if (isStopped()) return;
      setState({ status: 'starting' });
      const starting = await createGateway(whenServed);
      gateway = starting;
      starting.onDidChangeState((next) => {
        if (gateway === starting) setState(next);
      });
      if (isStopped()) return;
      const started = starting.start();
      // It was asked for while this start waited for its turn, when there was no gateway to tell.
      const [stop] = pendingStops;
      if (stop !== undefined) endGatewayNow(stop);
      await started;
    } catch (error) {
      logger.error('The server could not start.', { cause: error instanceof Error ? error.stack : String(error) });
      await stopGateway('ending').catch(() => undefined);
      if (pendingStops.length > 0) return;
      const message = toGatewayFailure(error)?.message ?? cannotStartMessage;
      setState({ status: 'failed', code: 'cannot_start', message });
    }
  };

  return {
    get state() {
      return state;
    },
    onDidChangeState(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    start: () => enqueue(() => startGateway('wait')),
    stop(reason) {
      pendingStops.push(reason);
      endGatewayNow(reason);
      return enqueue(async () => {
        pendingStops.shift();
        await stopGateway(reason);
      });
    },
    restart: () =>
      enqueue(async () => {
        const wasServing = state.status === 'running';
        await stopGateway('ending');
        // Another window that waits may have been quicker.
        await startGateway(wasServing ? 'take-over' : 'wait');
      }),
    restartInstead: () =>
      enqueue(async () => {
        await stopGateway('ending');
        await startGateway('take-over');
      }),
    takeOver: () => enqueue(async () => gateway?.takeOver()),
    allowHost(name) {
      gateway?.allowHost(name);
    },
    get conversations() {
      return gateway?.conversations ?? null;
    },
    listModels: async () => (await gateway?.listModels()) ?? [],
  };
};
