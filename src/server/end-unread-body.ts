import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpLimits } from './http-limits.ts';

/**
 * Cuts the connection of a request that is answered before its body has come, where the rest is large or slow. Node.js
 * would read all of it, however much, to keep the connection for another request.
 */
export const endUnreadBody = (
  request: IncomingMessage,
  response: ServerResponse,
  { unreadBodyBytes, lingerMs }: Pick<HttpLimits, 'unreadBodyBytes' | 'lingerMs'>,
): void => {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && Number(length) === 0) return;
  response.once('prefinish', () => {
    if (request.complete) return;
    let rest = unreadBodyBytes;
    const timer = setTimeout(() => request.socket.destroy(), lingerMs);
    request.once('close', () => clearTimeout(timer));
    request.on('data', (data: Buffer) => {
      rest -= data.length;
      if (rest < 0) request.socket.destroy();
    });
    request.resume();
  });
};
