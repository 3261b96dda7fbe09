import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';

/** A port that speaks HTTP/1.1, and HTTP/2 to clients that begin with it. */
export interface DualListener {
  readonly port: number;
  /** Closes the port and ends every connection at once. */
  close(): Promise<void>;
}

/** The first bytes of the HTTP/2 preface; no method of HTTP/1.1 begins like this. */
const HTTP2_PREFACE = Buffer.from('PRI');

const RECEIVE_WINDOW_BYTES = 4 * 1024 * 1024;

/** Listens on a port. Rejects with Node's own error where it cannot, such as `EADDRINUSE`. */
export async function listenDual(options: {
  readonly host: string;
  readonly port: number;
  readonly handle: (request: HttpRequest, response: HttpResponse) => void;
}): Promise<DualListener> {
  // A client that pools connections must not meet one that closes just as it is reused.
  const http1Server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, options.handle);
  const http2Server = http2.createServer({ settings: { initialWindowSize: RECEIVE_WINDOW_BYTES } }, options.handle);
  http2Server.on('session', (session) => {
    session.setLocalWindowSize(RECEIVE_WINDOW_BYTES);
  });
  http2Server.on('sessionError', () => undefined);

  const sockets = new Set<net.Socket>();
  // Without noDelay, Nagle's algorithm and delayed acknowledgements add 40 ms to each round trip.
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    peek(socket, (isHttp2) => {
      (isHttp2 ? http2Server : http1Server).emit('connection', socket);
      // An HTTP/2 session reads what was put back by itself, and would lose what flowed.
      if (!isHttp2) socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port');
  return {
    port: address.port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Looks at a connection's first bytes, puts them back, pauses it and tells which protocol they begin. */
function peek(socket: net.Socket, decide: (isHttp2: boolean) => void): void {
  const chunks: Buffer[] = [];
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    const seen = Buffer.concat(chunks);
    const prefix = seen.subarray(0, HTTP2_PREFACE.length);
    const isUndecided = prefix.length < HTTP2_PREFACE.length && HTTP2_PREFACE.subarray(0, prefix.length).equals(prefix);
    if (isUndecided) return;
    socket.off('data', onData);
    socket.pause();
    socket.unshift(seen);
    decide(prefix.equals(HTTP2_PREFACE));
  };
  socket.on('data', onData);
}
