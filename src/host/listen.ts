import type { Server } from 'node:net';

/** What came of the wish to open a port. */
export type ListenOutcome =
  | { readonly status: 'listening'; readonly port: number }
  /** Something has the port already. */
  | { readonly status: 'taken' }
  /** `message` says what to do. */
  | { readonly status: 'failed'; readonly message: string };

/** Opens the port; `onListening` is called before the first connection is looked at. Never rejects, unless `onListening` throws. */
export const listen = async (
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  onListening: (port: number) => void,
): Promise<ListenOutcome> =>
  await new Promise((resolve, reject) => {
    const fail = (error: Error): void => resolve(toOutcome(error, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      const address = server.address();
      const opened = address !== null && typeof address === 'object' ? address.port : port;
      try {
        onListening(opened);
        resolve({ status: 'listening', port: opened });
      } catch (error) {
        server.close();
        reject(error);
      }
    });
  });

const toOutcome = (error: Error, host: string, port: number): ListenOutcome => {
  const code = 'code' in error ? String(error.code) : 'unknown';
  switch (code) {
    case 'EADDRINUSE':
      return { status: 'taken' };
    case 'EACCES':
      return { status: 'failed', message: `This user may not listen on port ${port}. Choose a port above 1023.` };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return { status: 'failed', message: `This machine has no address "${host}". Use 127.0.0.1.` };
    default:
      return { status: 'failed', message: `Cannot listen on ${host}, port ${port}: ${code}.` };
  }
};
