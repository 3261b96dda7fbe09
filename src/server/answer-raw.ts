import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GatewayError } from '../core/gateway-error.ts';
import { toOpenAiError } from '../protocols/openai-error.ts';
import { AUTHENTICATE_HEADER } from './middleware/authenticate.ts';

/** What a client may still send before its connection is cut. */
const MAX_REST_BYTES = 65_536;

/**
 * Answers with an error where there is no HTTP response to do it, and ends the connection: at once for whoever ends it too,
 * after `lingerMs` for whoever does not. Errors of the socket are its end and nothing more.
 */
export const answerRaw = (socket: Duplex, error: GatewayError, lingerMs: number): void => {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.end(toText(error));
  // A connection that is cut while there is something to read loses the answer on its way.
  let rest = MAX_REST_BYTES;
  socket.on('data', (data: Buffer) => {
    rest -= data.length;
    if (rest < 0) socket.destroy();
  });
};

const toText = (error: GatewayError): string => {
  const { status } = error.spec;
  const body = JSON.stringify(toOpenAiError(error));
  const headers = [
    `X-Request-ID: ${randomUUID()}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options: nosniff',
    ...(status === 401 ? [`WWW-Authenticate: ${AUTHENTICATE_HEADER}`] : []),
    ...(status === 426 ? ['Upgrade: websocket'] : []),
    ...(error.retryAfterSeconds === null ? [] : [`Retry-After: ${error.retryAfterSeconds}`]),
    status === 426 ? 'Connection: Upgrade, close' : 'Connection: close',
  ];
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
};
