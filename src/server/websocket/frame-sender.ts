import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Sends text frames: the only place that writes to a WebSocket. */
export interface FrameSender {
  /** Whether the client has more to take than it should, or will take nothing more. */
  readonly isBackedUp: boolean;
  /** Once the connection is ending, frames are left out. */
  send(frame: string): void;
  /** Resolves once there is no backlog. Rejects when `signal` is aborted. */
  room(signal: AbortSignal): Promise<void>;
}

export interface FrameSenderOptions {
  readonly socket: WebSocket;
  /** What it runs over. */
  readonly transport: Pick<Socket, 'cork' | 'uncork'>;
  readonly maxBufferedBytes: number;
  /** Whoever takes nothing for so long is cut off. */
  readonly slowReaderMs: number;
}

export const createFrameSender = ({
  socket,
  transport,
  maxBufferedBytes,
  slowReaderMs,
}: FrameSenderOptions): FrameSender => {
  const room = new EventTarget();
  let untaken = 0;
  let hasBacklog = false;
  let isCorked = false;
  let patience: NodeJS.Timeout | undefined;

  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  // Who goes on without a client would stop at nothing until its end is known.
  const isBackedUp = (): boolean => hasBacklog || !isOpen();
  const uncork = (): void => {
    isCorked = false;
    transport.uncork();
  };
  const onTaken = (): void => {
    untaken -= 1;
    if (untaken === 0) clearTimeout(patience);
    else patience?.refresh();
    if (!hasBacklog || !isOpen() || socket.bufferedAmount > maxBufferedBytes) return;
    hasBacklog = false;
    socket.resume();
    room.dispatchEvent(new Event('room'));
  };
  socket.once('close', () => clearTimeout(patience));

  return {
    get isBackedUp() {
      return isBackedUp();
    },
    send(frame) {
      if (!isOpen()) return;
      // What a tick brings is written at once.
      if (!isCorked) {
        isCorked = true;
        transport.cork();
        process.nextTick(uncork);
      }
      if (untaken === 0) patience = setTimeout(() => socket.terminate(), slowReaderMs);
      untaken += 1;
      socket.send(frame, onTaken);
      if (hasBacklog || socket.bufferedAmount <= maxBufferedBytes) return;
      hasBacklog = true;
      // Whoever does not take the answers to what it sent is not listened to meanwhile.
      socket.pause();
    },
    async room(signal) {
      if (isBackedUp()) await once(room, 'room', { signal });
    },
  };
};
