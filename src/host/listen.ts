import type { Server } from 'node:http';
import type { GatewayState } from './gateway-state.ts';

/** Opens the port; gives it, or the state that says why not. Never rejects. */
export const listen = async (
  server: Server,
  host: string,
  port: number,
): Promise<{ readonly port: number } | Extract<GatewayState, { status: 'failed' }>> => {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    return toFailed(error, host, port);
  }
  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : port };
};

const toFailed = (error: unknown, host: string, port: number): Extract<GatewayState, { status: 'failed' }> => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const failed = (message: string) => ({ status: 'failed', code: 'cannot_listen', message }) as const;
  switch (code) {
    case 'EADDRINUSE':
      return {
        status: 'failed',
        code: 'port_in_use',
        message: `Port ${port} is already in use by another program. Stop that program, or choose another port.`,
      };
    case 'EACCES':
      return failed(`This user may not listen on port ${port}. Choose a port above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return failed(`This machine has no address "${host}". Use 127.0.0.1.`);
    default:
      return failed(`Cannot listen on ${host}, port ${port}: ${code}.`);
  }
};
