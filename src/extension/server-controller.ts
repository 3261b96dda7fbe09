import type { Logger } from '../core/logger.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import type { Gateway } from '../host/gateway.ts';

export interface ServerControllerOptions {
  /** Makes a gateway from the settings as they are now. */
  readonly createGateway: () => Promise<Gateway>;
  readonly logger: Logger;
  /** Shown where the gateway could not even be made; the log has the cause. */
  readonly cannotStartMessage: string;
}

/** The extension's one server, over the gateways that come and go with its restarts. */
export interface ServerController {
  readonly state: GatewayState;
  /** Calls `listener` after each change of {@link state}, with the one before. Returns the function that ends this. */
  onDidChangeState(listener: (state: GatewayState, previous: GatewayState) => void): () => void;
  /** Does nothing while running. Never rejects: look at {@link state}. */
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  refreshCredential(): Promise<void>;
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

  const stopGateway = async (): Promise<void> => {
    try {
      await gateway?.stop();
    } finally {
      gateway = null;
      if (state.status !== 'stopped') setState({ status: 'stopped' });
    }
  };

  const startGateway = async (): Promise<void> => {
    if (state.status === 'running') return;
    try {
      await stopGateway();
      setState({ status: 'starting' });
      const starting = await createGateway();
      gateway = starting;
      starting.onDidChangeState((next) => {
        if (gateway === starting) setState(next);
      });
      await starting.start();
    } catch (error) {
      logger.error('The server could not start.', { cause: error instanceof Error ? error.stack : String(error) });
      await stopGateway().catch(() => undefined);
      setState({ status: 'failed', code: 'cannot_start', message: cannotStartMessage });
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
    start: () => enqueue(startGateway),
    stop: () => enqueue(stopGateway),
    restart: () =>
      enqueue(async () => {
        await stopGateway();
        await startGateway();
      }),
    async refreshCredential() {
      await gateway?.refreshCredential();
    },
  };
};
