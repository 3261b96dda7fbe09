import type { Server } from 'node:http';
import { toBaseUrl } from './base-url.ts';
import type { GatewayState } from './gateway-state.ts';

/** A local server that takes longer to say what it is counts as another program. */
const PROBE_MS = 500;

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
    return await toFailed(error, host, port);
  }
  const address = server.address();
  return { port: address !== null && typeof address === 'object' ? address.port : port };
};

const toFailed = async (
  error: unknown,
  host: string,
  port: number,
): Promise<Extract<GatewayState, { status: 'failed' }>> => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const failed = (message: string) => ({ status: 'failed', code: 'cannot_listen', message }) as const;
  switch (code) {
    case 'EADDRINUSE':
      return {
        status: 'failed',
        code: 'port_in_use',
        // Only here: where the address is not this machine's, nothing may be sent to it.
        message: (await isPortside(host, port))
          ? `Portside already serves on port ${port}, from another window or from the command line. Use that one, or choose another port.`
          : `Port ${port} is already in use by another program. Stop that program, or choose another port.`,
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

/** Whether what listens there answers as Portside does. */
const isPortside = async (host: string, port: number): Promise<boolean> => {
  try {
    const url = `${toBaseUrl(host, port).replace(/\/v1$/, '')}/health`;
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) });
    const health: unknown = await response.json();
    return typeof health === 'object' && health !== null && 'bridge' in health;
  } catch {
    return false;
  }
};
