import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import type { Gateway } from '../host/gateway.ts';
import type { GatewayState } from '../host/gateway-state.ts';
import { toWaitingLine } from './serve-words.ts';

type Running = Extract<GatewayState, { status: 'running' }>;

/** Tells what a started gateway goes through: who serves while it waits, why its bridge is down, and, once, that it is ready. */
export interface GatewayFollower {
  /** Resolves when it answers requests for the first time. */
  readonly ready: Promise<Running>;
  /** Resolves when it has stopped by itself. @throws GatewayError where it has failed */
  readonly over: Promise<void>;
}

/** Follows a gateway from before its start. */
export const followGateway = (gateway: Gateway, logger: Logger): GatewayFollower => {
  const ready = Promise.withResolvers<Running>();
  const over = Promise.withResolvers<void>();
  let last: GatewayState = gateway.state;
  let reason: string | null = null;
  let hasBeenReady = false;

  const follow = (state: GatewayState): void => {
    const before = last;
    last = state;
    switch (state.status) {
      case 'running':
        if (state.bridgeReason !== null && state.bridgeReason !== reason) logger.error(state.bridgeReason);
        reason = state.bridgeReason;
        if (before.status === 'served-elsewhere' && hasBeenReady)
          logger.info(`This one serves again: ${state.baseUrl}`);
        if (state.bridge !== 'connected') return;
        hasBeenReady = true;
        ready.resolve(state);
        return;
      case 'served-elsewhere':
        if (isNews(before, state)) process.stderr.write(toWaitingLine(state.port, state.by));
        return;
      case 'stopped':
        over.resolve();
        return;
      case 'failed':
        over.reject(new GatewayError('internal_error', state.message));
        return;
      case 'starting':
    }
  };
  gateway.onDidChangeState(follow);
  // Who waits for the end hears of a failure; without this, it would also count as unhandled.
  over.promise.catch(() => undefined);
  return { ready: ready.promise, over: over.promise };
};

/** Not where it has just made way: for whom, is only known when that one serves. */
const isNews = (before: GatewayState, { by }: Extract<GatewayState, { status: 'served-elsewhere' }>): boolean =>
  before.status === 'served-elsewhere' ? by !== null && before.by?.id !== by.id : before.status !== 'running';
