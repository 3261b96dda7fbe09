import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { onTestFinished } from 'vitest';

const TLS_FOLDER = path.resolve(import.meta.dirname, '../fixtures/tls');

/** The certificate of a front that speaks TLS: valid for `localhost` and 127.0.0.1. */
export const FRONT_CERTIFICATE = path.join(TLS_FOLDER, 'certificate.pem');

/** A port in front of a server at 127.0.0.1 that knows who has connected to it; with TLS, it speaks both versions of HTTP. */
export const startFront = async (targetPort: number, options: { readonly isTls: boolean }) => {
  const remotePorts: (number | undefined)[] = [];
  const sockets = new Set<net.Socket>();
  const accept = (socket: net.Socket) => {
    remotePorts.push(socket.remotePort);
    const target = net.connect(targetPort, '127.0.0.1');
    for (const each of [socket, target]) {
      sockets.add(each);
      each.setNoDelay(true);
      each.on('error', () => each.destroy());
    }
    socket.on('close', () => target.destroy());
    target.on('close', () => socket.destroy());
    socket.pipe(target).pipe(socket);
  };
  const server = options.isTls
    ? tls.createServer(
        {
          cert: readFileSync(FRONT_CERTIFICATE),
          key: readFileSync(path.join(TLS_FOLDER, 'key.pem')),
          ALPNProtocols: ['h2', 'http/1.1'],
        },
        accept,
      )
    : net.createServer(accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: options.isTls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    port,
    /** The ports from which connections came. */
    remotePorts: remotePorts as readonly (number | undefined)[],
  };
};
