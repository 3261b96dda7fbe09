import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * Serves a request that offers to speak another protocol as the HTTP that it is, as RFC 9110 §7.8 lets a server do: Java's
 * client and `curl --http2` offer HTTP/2 with every first request. Node.js has stopped reading HTTP when it tells of the
 * offer; so the connection is given back to it with the request as it came, but without the offer.
 */
export const serveWithoutUpgrade = (
  server: HttpServer | HttpsServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void => {
  const lines = [`${request.method ?? ''} ${request.url ?? ''} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    switch (name.toLowerCase()) {
      case 'upgrade':
      case 'http2-settings':
        break;
      case 'connection':
        lines.push(`${name}: ${withoutOffers(value)}`);
        break;
      default:
        lines.push(`${name}: ${value}`);
    }
  }
  // Header values are bytes to Node.js, one a character.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit(server instanceof HttpsServer ? 'secureConnection' : 'connection', socket);
};

const withoutOffers = (connection: string): string =>
  connection
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !['upgrade', 'http2-settings'].includes(option.toLowerCase()))
    .join(', ') || 'keep-alive';
