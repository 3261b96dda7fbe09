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
    },
    app,
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(rawResponse('400 Bad Request', new GatewayError('invalid_request', 'The request is not valid HTTP.')));
  });
  return server;
};

const rawResponse = (status: string, error: GatewayError): string => {
  const body = JSON.stringify(toOpenAiError(error));
  return `HTTP/1.1 ${status}\r\nX-Request-ID: ${randomUUID()}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
};
