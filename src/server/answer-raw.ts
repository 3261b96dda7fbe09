import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
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

/** Answers in the same form where there is a response, in its turn among those of its connection, which ends with it. */
export const answerWithoutApp = (response: ServerResponse, error: GatewayError): void => {
  const body = toBody(error);
  response.writeHead(error.spec.status, toHeaders(error, body)).end(body);
};

const toText = (error: GatewayError): string => {
  const { status } = error.spec;
  const body = toBody(error);
  const headers = Object.entries(toHeaders(error, body)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('')}\r\n${body}`;
};

const toBody = (error: GatewayError): string => JSON.stringify(toOpenAiError(error));

const toHeaders = ({ spec: { status }, retryAfterSeconds }: GatewayError, body: string): Record<string, string> => ({
  'X-Request-ID': randomUUID(),
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': String(Buffer.byteLength(body)),
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  ...(status === 401 && { 'WWW-Authenticate': AUTHENTICATE_HEADER }),
  ...(status === 426 && { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }),
  ...(retryAfterSeconds !== null && { 'Retry-After': String(retryAfterSeconds) }),
  Connection: status === 426 ? 'Upgrade, close' : 'close',
});
