import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { vi } from 'vitest';

/** A TCP connection to a server of this machine that sends what it likes. Reading goes on until it is closed. */
export const openRawConnection = async (port: number, data: string | Buffer = '') => {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  // Being cut off is what some tests wait for.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  await once(socket, 'connect');
  if (data.length > 0) socket.write(data);
  return {
    socket,
    received: (): string => received,
    closed,
    /** Resolves when what came matches. */
    waitFor: async (pattern: RegExp): Promise<void> => {
      await vi.waitFor(
        () => {
          if (!pattern.test(received)) throw new Error(`Nothing of ${String(pattern)} yet in: ${received}`);
        },
        { timeout: 10_000, interval: 5 },
      );
    },
    [Symbol.dispose](): void {
      socket.destroy();
    },
  };
};

/** Sends one request as it is and gives all that comes until the server closes the connection. */
export const sendRaw = async (port: number, data: string | Buffer): Promise<string> => {
  using connection = await openRawConnection(port, data);
  await connection.closed;
  return connection.received();
};

/** The status of every answer in what was received. */
export const readStatuses = (received: string): readonly number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** Writes until all is sent or the server stops taking it; gives the bytes that left this program. */
export const pour = async (socket: Socket, chunk: Buffer, count: number): Promise<number> => {
  const closed = once(socket, 'close');
  for (let index = 0; index < count && !socket.destroyed; index += 1) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), closed]).catch(() => undefined);
  }
  return socket.bytesWritten - socket.writableLength;
};
