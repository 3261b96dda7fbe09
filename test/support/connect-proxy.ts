import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

/** One thing that a proxy was asked for. */
interface ProxyCall {
  /** `CONNECT`, or the method of a plain request. */
  readonly method: string;
  /** `host:port` of a CONNECT, or the whole address of a plain request. */
  readonly target: string;
  /** The `Proxy-Authorization` that came with it. */
  readonly authorization: string | null;
}

/** An HTTP proxy on loopback that counts what goes through it, and knows the connections that it has made. */
export const startConnectProxy = async () => {
  const calls: ProxyCall[] = [];
  const ownPorts = new Set<number>();
  const sockets = new Set<Duplex>();
  const note = ({ method = '', url = '', headers }: IncomingMessage) => {
    // RFC 9112, section 3.2.1: that is no request to a proxy, but of somebody who asks after a server that had the port before.
    if (url.startsWith('/')) return;
    calls.push({ method, target: url, authorization: headers['proxy-authorization'] ?? null });
  };
  const server = createServer((incoming, response) => {
    note(incoming);
    const { method, headers } = incoming;
    const target = sendRequest(new URL(incoming.url ?? ''), { method, headers, agent: false });
    target.on('socket', (socket) => {
      socket.once('connect', () => noteOwn(socket));
    });
    target.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    target.on('error', () => response.destroy());
    response.on('close', () => target.destroy());
    incoming.pipe(target);
  });
  const noteOwn = (socket: net.Socket) => {
    if (socket.localPort !== undefined) ownPorts.add(socket.localPort);
  };
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    note(incoming);
    const port = Number(incoming.url?.split(':').at(-1));
    const target = net.connect(port, '127.0.0.1', () => {
      noteOwn(target);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      client.pipe(target).pipe(client);
    });
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    /** `host:port`. */
    host: `127.0.0.1:${port}`,
    calls: calls as readonly ProxyCall[],
    /** Whether a connection from this port is one that the proxy has made. */
    isOwn: (remotePort: number | undefined): boolean => remotePort !== undefined && ownPorts.has(remotePort),
  };
};
