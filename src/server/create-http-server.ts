import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import { GatewayError } from '../core/gateway-error.ts';
import { toOpenAiError } from '../protocols/openai-error.ts';

/** An HTTP server for the app that answers in OpenAI's form even where a request never reaches it. */
export const createHttpServer = (app: Express): Server => {
  const server = createServer(
    {
      // Clients keep connections for their next turn; closing them early races with it.
      keepAliveTimeout: 75_000,
      headersTimeout: 60_000,
      requestTimeout: 300_000,
      // The guard answers what has no Host, in the form of all errors.
      requireHostHeader: false,
    },
    app,
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(toRawResponse(error.code));
  });
  // RFC 9110 §10.1.1 lets a server ignore an expectation that it does not know.
  server.on('checkExpectation', app);
  return server;
};

/** What Node.js found wrong before there was a request, by its error code. */
const toRawResponse = (code = ''): string => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return toText('431 Request Header Fields Too Large', 'The headers are too large. Send less than 16 kB.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return toText('408 Request Timeout', 'The request did not arrive in time.');
    default:
      return toText('400 Bad Request', 'The request is not valid HTTP.');
  }
};

const toText = (status: string, message: string): string => {
  const body = JSON.stringify(toOpenAiError(new GatewayError('invalid_request', message)));
  const headers = [
    `X-Request-ID: ${randomUUID()}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
};
