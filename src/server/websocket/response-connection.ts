import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Client } from '../../core/client.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { toSocketErrorFrame } from '../../protocols/openai-responses/socket-frame.ts';
import type { RecentResponses } from '../responses/recent-responses.ts';
import type { FrameJob } from './answer-frame.ts';
import { createFrameSender } from './frame-sender.ts';
import { keepAlive } from './keep-alive.ts';
import { createLanes } from './lanes.ts';
import { type ClientFrame, type CreateFrame, readFrame } from './read-frame.ts';
import type { SocketLimits } from './socket-limits.ts';
import { toSteerFailedFrame } from '../../protocols/openai-responses/steer-frame.ts';

/** One open WebSocket. */
export interface ResponseConnection {
  /** Closes it once what is under way has ended, within a set time. What waits is given up. */
  stop(): void;
}

export interface ResponseConnectionOptions {
  readonly socket: WebSocket;
  /** What it runs over. */
  readonly transport: Socket;
  /** Aborted when the token that opened it is revoked or expires. */
  readonly revocation: AbortSignal;
  readonly handshake: FrameJob['handshake'];
  /** Judges the client anew. @throws GatewayError */
  readonly authenticate: () => Promise<Client>;
  /** Never rejects. */
  readonly answerFrame: (job: FrameJob) => Promise<void>;
  /** Emptied when it is closed. */
  readonly recent: RecentResponses;
  readonly limits: SocketLimits;
  readonly slowReaderMs: number;
}

/** Why a connection takes no further requests and is closed once it is idle. */
interface Ending {
  /** RFC 6455, section 7.4.1. */
  readonly closeCode: number;
  /** What further requests are answered by; `null` for nothing. */
  readonly error: GatewayError | null;
  /** Whether the error is told before the end too. */
  readonly isTold: boolean;
}

const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

/** Serves one WebSocket until it is closed. */
export const serveConnection = (options: ResponseConnectionOptions): ResponseConnection => {
  const { socket, transport, revocation, handshake, recent, limits, slowReaderMs } = options;
  const hangUp = new AbortController();
  const sender = createFrameSender({ socket, transport, maxBufferedBytes: limits.maxBufferedBytes, slowReaderMs });
  let ending: Ending | null = null;
  let stopTimer: NodeJS.Timeout | undefined;

  const sendError = (error: GatewayError, streamId: string | null): void =>
    sender.send(toSocketErrorFrame(error, streamId));
  const closeWhenIdle = (): void => {
    if (ending === null || !lanes.isIdle) return;
    if (ending.isTold && ending.error !== null) sendError(ending.error, null);
    socket.close(ending.closeCode);
  };
  const endWhenIdle = (why: Ending): void => {
    ending ??= why;
    closeWhenIdle();
  };
  const authenticate = async (): Promise<Client> => {
    try {
      return await options.authenticate();
    } catch (thrown) {
      const error = GatewayError.from(thrown);
      if (error.spec.status === 401) endWhenIdle({ closeCode: POLICY_VIOLATION, error, isTold: false });
      throw error;
    }
  };
  const lanes = createLanes<CreateFrame>({
    limits,
    run: (frame) => options.answerFrame({ frame, handshake, authenticate, recent, sender, hangUp: hangUp.signal }),
    onIdle: closeWhenIdle,
  });
  const create = (frame: CreateFrame): void => {
    if (ending !== null) {
      if (ending.error !== null) sendError(ending.error, frame.streamId);
      return;
    }
    lanes.add(frame);
  };
  const take = (frame: ClientFrame): void => {
    try {
      switch (frame.type) {
        case 'create':
          create(frame);
          break;
        case 'steer':
          sender.send(toSteerFailedFrame(frame.frame));
          break;
        case 'invalid':
          sendError(frame.error, frame.streamId);
          break;
      }
    } catch (error) {
      sendError(GatewayError.from(error), frame.type === 'create' ? frame.streamId : null);
    }
  };

  const onRevoked = (): void =>
    endWhenIdle({ closeCode: POLICY_VIOLATION, error: GatewayError.from(revocation.reason), isTold: false });
  const lifetimeTimer = setTimeout(() => {
    const error = new GatewayError(
      'websocket_connection_limit_reached',
      `This WebSocket has been open for ${Math.round(limits.lifetimeMs / 60_000)} minutes, which is the most there is. Open a new one to go on.`,
    );
    // A response that is under way must not be taken for failed.
    endWhenIdle({ closeCode: NORMAL, error, isTold: true });
  }, limits.lifetimeMs);
  const stopPinging = keepAlive({ socket, transport, pingMs: limits.pingMs, isExcused: () => sender.isBackedUp });
  const hangUpNow = (): void => {
    clearTimeout(lifetimeTimer);
    clearTimeout(stopTimer);
    stopPinging();
    revocation.removeEventListener('abort', onRevoked);
    lanes.clear();
    recent.clear();
    hangUp.abort();
  };

  socket.on('message', (data, isBinary) => take(readFrame(data, isBinary)));
  // The library ends the connection itself after a frame that breaks its rules.
  socket.on('error', hangUpNow);
  socket.once('close', hangUpNow);
  revocation.addEventListener('abort', onRevoked, { once: true });
  if (revocation.aborted) onRevoked();

  return {
    stop() {
      lanes.clear();
      stopTimer = setTimeout(() => socket.close(GOING_AWAY), limits.stopMs);
      ending = { closeCode: GOING_AWAY, error: null, isTold: false };
      closeWhenIdle();
    },
  };
};
