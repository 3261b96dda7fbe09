import { createServer, type Server } from 'node:net';
import { listen } from './listen.ts';

/** A further port of a server. */
export interface SecondPort {
  readonly port: number;
  /** Takes no further connections; those that are open belong to the server. Resolves once they have ended. */
  close(): Promise<void>;
}

/**
 * Opens a further port of a server that serves already: what connects there is the server's, with its limits and its TLS.
 * Gives `null` where the port cannot be had. Never rejects.
 */
export const openSecondPort = async (
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<SecondPort | null> => {
  // As HTTP servers have their own sockets.
  const second = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
  const outcome = await listen(second, { host, port }, () => undefined);
  if (outcome.status !== 'listening') return null;
  second.on('error', (error) => server.emit('error', error));
  return {
    port: outcome.port,
    close: async () =>
      await new Promise((resolve) => {
        second.close(() => resolve());
      }),
  };
};
