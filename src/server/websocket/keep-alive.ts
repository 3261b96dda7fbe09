import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

export interface KeepAliveOptions {
  readonly socket: WebSocket;
  /** What it runs over. */
  readonly transport: Pick<Socket, 'bytesRead'>;
  readonly pingMs: number;
  /** Whether nothing is read from the client at present. */
  readonly isExcused: () => boolean;
}

/**
 * Pings a client, and cuts it off where nothing at all came from it until the next ping. Gives the function that ends this.
 *
 * Any byte is a sign of life: a pong cannot come in the middle of a long frame.
 */
export const keepAlive = ({ socket, transport, pingMs, isExcused }: KeepAliveOptions): (() => void) => {
  let bytesRead = -1;
  const timer = setInterval(() => {
    if (isExcused()) {
      bytesRead = -1;
      return;
    }
    if (transport.bytesRead === bytesRead) {
      socket.terminate();
      return;
    }
    ({ bytesRead } = transport);
    if (socket.readyState === socket.OPEN) socket.ping();
  }, pingMs);
  return () => clearInterval(timer);
};
