import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Occupies a free port of the loopback interface. */
export const occupyPort = async (): Promise<{ readonly port: number; readonly release: () => Promise<void> }> => {
  const server: Server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening socket has no port.');
  const release = async (): Promise<void> => {
    server.close();
    await once(server, 'close');
  };
  return { port: address.port, release };
};

/** A port that nobody listens on now. */
export const findFreePort = async (): Promise<number> => {
  const { port, release } = await occupyPort();
  await release();
  return port;
};
