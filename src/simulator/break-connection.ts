import { constants } from 'node:http2';
import type { HttpRequest } from './http-exchange.ts';

/**
 * Ends a call without its end: over HTTP/1.1 by closing the socket once what was written is out, over HTTP/2 by resetting
 * the stream, because other calls share the connection.
 */
export function breakConnection(request: HttpRequest): void {
  if ('stream' in request) request.stream.close(constants.NGHTTP2_CANCEL);
  else request.socket.destroySoon();
}
