import { GatewayError } from '../../core/gateway-error.ts';
import type { ResponseTurn } from '../responses/response-turn.ts';
import type { ServerTiming } from '../server-timing.ts';
import type { ResponseChannel } from './response-channel.ts';

export interface SendTurnOptions {
  readonly turn: Pick<ResponseTurn, 'encoder' | 'run'>;
  readonly channel: ResponseChannel;
  readonly timing: Pick<ServerTiming, 'quietMs' | 'heartbeatMs'>;
  /** How long the client has been waiting already. */
  readonly waitedMs: number;
  /** Aborted when the client hangs up: nothing more is sent then. */
  readonly signal: AbortSignal;
}

/**
 * Sends a response over a WebSocket, as `sendStream` does over HTTP: events wait for the first output, or for `quietMs`, so
 * that a failure before it keeps its status; a client that does not take them holds the run back. Gives the defect that broke
 * an open response off, which has been told to the client; `null` for none.
 *
 * @throws GatewayError where the run fails before an event was sent.
 */
export const sendTurn = async ({
  turn,
  channel,
  timing,
  waitedMs,
  signal,
}: SendTurnOptions): Promise<GatewayError | null> => {
  const { encoder } = turn;
  const broken = new AbortController();
  const beat = (): void => {
    try {
      if (!channel.isBackedUp) channel.send(encoder.keepalive());
      timer = setTimeout(beat, timing.heartbeatMs);
    } catch (error) {
      // Nobody would catch what a timer throws.
      broken.abort(error);
    }
  };
  let timer = setTimeout(beat, Math.max(0, timing.quietMs - waitedMs));
  try {
    for await (const event of turn.run(AbortSignal.any([signal, broken.signal]))) {
      if (event.type === 'run-error' && !channel.isOpen) throw GatewayError.fromFailure(event.error);
      const events = encoder.push(event);
      if (events.length === 0) continue;
      channel.send(events);
      clearTimeout(timer);
      timer = setTimeout(beat, timing.heartbeatMs);
      if (channel.isBackedUp) await channel.room(signal);
    }
    broken.signal.throwIfAborted();
    return null;
  } catch (thrown) {
    if (signal.aborted) return null;
    if (!channel.isOpen) throw thrown;
    const error = GatewayError.from(thrown);
    channel.send(encoder.push({ type: 'run-error', error: error.toFailure() }));
    return error;
  } finally {
    clearTimeout(timer);
  }
};
