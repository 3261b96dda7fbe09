import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GatewayError } from '../core/gateway-error.ts';
import { AUTHENTICATE_HEADER } from './middleware/authenticate.ts';
import { toErrorAnswer } from './to-error-answer.ts';
import { type Wire, wireOf } from './wire-of.ts';

/** What a client may still send before its connection is cut. */
const MAX_REST_BYTES = 65_536;

/**
 * Answers with an error in OpenAI's form where there is no HTTP response to do it, and ends the connection: at once for whoever
 * ends it too, after `lingerMs` for whoever does not. Errors of the socket are its end and nothing more.
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

/**
 * Answers in the form of the API that was asked where there is a response, in its turn among those of its connection, which
 * ends with it.
 */
export const answerWithoutApp = (
  { url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  response: ServerResponse,
  error: GatewayError,
): void => {
  const [path = ''] = url.split('?');
  const answer = toAnswer(error, wireOf({ path, headers }));
  response.writeHead(answer.status, answer.headers).end(answer.body);
};

const toText = (error: GatewayError): string => {
  const { status, headers, body } = toAnswer(error, 'openai');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
};

const toAnswer = (error: GatewayError, wire: Wire) => {
  const requestId = randomUUID();
  const { status, body } = toErrorAnswer(wire, error, requestId);
  const text = JSON.stringify(body);
  const { retryAfterSeconds } = error;
  const headers: Readonly<Record<string, string>> = {
    'X-Request-ID': requestId,
    ...(wire === 'anthropic' && { 'request-id': requestId }),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    ...(status === 401 && { 'WWW-Authenticate': AUTHENTICATE_HEADER }),
    ...(status === 426 && { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }),
    ...(!error.spec.isRetryable && { 'X-Should-Retry': 'false' }),
    ...(retryAfterSeconds !== null && { 'Retry-After': String(retryAfterSeconds) }),
    Connection: status === 426 ? 'Upgrade, close' : 'close',
  };
  return { status, headers, body: text };
};
