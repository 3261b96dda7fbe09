import { randomBytes, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { toDataFolderId } from '../core/data-folder-id.ts';
import { createHttpServer } from '../server/create-http-server.ts';
import type { TlsFiles } from '../server/tls-files.ts';
import { toUrlHost } from './base-url.ts';
import { createServing } from './create-serving.ts';
import type { GatewayOptions, StopReason } from './gateway.ts';
import type { InstanceFile } from './instances/instance-file.ts';
import type { InstanceRegistry } from './instances/instance-registry.ts';
import { listen, type ListenOutcome } from './listen.ts';
import { openSecondPort } from './open-second-port.ts';
import type { Serving } from './serving.ts';

/** How long open connections may take to end once their runs have. */
const LINGER_MS = 300;

/** An open port with all that answers behind it. */
export interface OpenServer {
  readonly status: 'open';
  readonly port: number;
  /** The port for tools that look for Ollama at its own; `null` where there is none, or it could not be had. */
  readonly ollamaPort: number | null;
  readonly serving: Pick<Serving, 'facts' | 'start' | 'onDidChange' | 'conversations' | 'listModels'>;
  /** Ends every answer and the bridge, within 2 s, then every connection, within 300 ms more, and the access log, within 400 ms after that. The port is free at once. */
  close(reason: StopReason): Promise<void>;
}

/** What a server is opened with. */
export interface OpenServerOptions {
  readonly gateway: GatewayOptions;
  readonly port: number;
  /** `null` for plain HTTP. */
  readonly tls: TlsFiles | null;
  readonly registry: InstanceRegistry;
  /** The host names that were let in since, as through a tunnel. */
  readonly moreHosts: () => readonly string[];
  /** Called when another Portside asks this one to make way. */
  readonly onRelease: () => void;
}

/** Opens the port, and makes what serves behind it only once it is this one's. Never rejects, unless what serves cannot be made. */
export const openServer = async (
  options: OpenServerOptions,
): Promise<OpenServer | Exclude<ListenOutcome, { status: 'listening' }>> => {
  const { gateway, registry } = options;
  const { settings } = gateway;
  // A new one for each time that it serves, so that what is known of an earlier time never counts for a later one.
  const instance = {
    ...gateway.self,
    id: randomUUID(),
    processId: process.pid,
    dataFolderId: toDataFolderId(gateway.dataFolder),
    isUnwanted: false,
  };
  const controlToken = randomBytes(32).toString('base64url');
  const made: { serving: Serving | null } = { serving: null };
  const getServing = (): Serving => {
    if (made.serving === null) throw new Error('A connection came before the port was open.');
    return made.serving;
  };
  const server = createHttpServer({
    listener: (request, response) => getServing().listener(request, response),
    upgrade: async (request, socket, head) => await getServing().upgrade(request, socket, head),
    tls: options.tls,
    maxConnections: settings.maxConnections,
    logger: gateway.logger,
  });
  // Also those that Node.js does not count as HTTP: before their TLS handshake, or asked to become a WebSocket.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    // The same one again where an offer of another protocol is ignored.
    if (sockets.has(socket)) return;
    // Node.js counts those of the first port alone.
    if (settings.ollamaPort !== 0 && sockets.size >= settings.maxConnections) {
      socket.destroy();
      server.emit('drop');
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const toFile = (port: number): InstanceFile => ({ ...instance, port, controlToken });

  const outcome = await listen(server, { host: settings.host, port: options.port }, (port) => {
    // First: whoever wants the port too hears nothing from it until all is made.
    registry.announce(toFile(port));
    const ownHost = toUrlHost(settings.host);
    try {
      made.serving = createServing({
        ...gateway,
        instanceId: instance.id,
        control: { token: controlToken, onRelease: options.onRelease },
        allowedHosts: () => [ownHost, ...settings.allowedHosts, ...options.moreHosts()],
      });
    } catch (error) {
      registry.withdraw(instance.id);
      throw error;
    }
  });
  if (outcome.status !== 'listening') return outcome;
  const { port } = outcome;
  const serving = getServing();
  const second =
    settings.ollamaPort === 0 ? null : await openSecondPort(server, { host: settings.host, port: settings.ollamaPort });

  return {
    status: 'open',
    port,
    ollamaPort: second?.port ?? null,
    serving,
    async close(reason) {
      // Before the port is free: who waits for it looks here as soon as it is.
      if (reason === 'unwanted') registry.announce({ ...toFile(port), isUnwanted: true });
      const closed = Promise.all([
        second?.close(),
        new Promise<void>((resolve) => {
          server.close(() => resolve());
        }),
      ]);
      if (reason === 'ending') registry.withdraw(instance.id);
      // Every run ends with an error, and so every stream with its frame, before the sockets go.
      await serving.stop();
      server.closeIdleConnections();
      const impatience = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, LINGER_MS);
      await closed;
      clearTimeout(impatience);
      await serving.settle();
    },
  };
};
