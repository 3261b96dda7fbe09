import http, { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';
import { answerRaw, answerWithoutApp } from './answer-raw.ts';
import { endUnreadBody } from './end-unread-body.ts';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { serveWithoutUpgrade } from './serve-without-upgrade.ts';
import type { TlsFiles } from './tls-files.ts';

/** What a server is made of. */
export interface HttpServerOptions {
  readonly listener: RequestListener;
  /** Takes over the connection of a request for a WebSocket and gives `null`, or gives why it is refused. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<GatewayError | null>;
  /** `null` serves without encryption. */
  readonly tls: TlsFiles | null;
  /** Further connections are closed at once. */
  readonly maxConnections: number;
  readonly logger: Logger;
  readonly limits?: Partial<HttpLimits>;
}

/** Closed connections are logged once in so much time, and room is made for new ones as often as the second says. */
const DROP_LOG_MS = 60_000;
const MAKE_ROOM_MS = 1000;

/** A server that answers in the form of its APIs even where a request never reaches the listener, and bounds what each one costs. */
export const createHttpServer = (options: HttpServerOptions): Server => {
  const { listener, upgrade, tls, maxConnections, logger } = options;
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const serverOptions: http.ServerOptions = {
    keepAliveTimeout: limits.keepAliveMs,
    headersTimeout: limits.headersMs,
    // Bodies are bounded by size and pace where they are read: a large one over a slow link is none of an attack.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.checkIntervalMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // The guard answers what has no Host, in the form of all errors.
    requireHostHeader: false,
  };
  const server: Server =
    tls === null
      ? http.createServer(serverOptions)
      : https.createServer({
          ...serverOptions,
          cert: tls.certificate,
          key: tls.key,
          handshakeTimeout: limits.headersMs,
        });
  // One more than are served: some versions of Node.js refuse what is over it, others leave it out without a word.
  server.maxHeadersCount = limits.maxHeaderCount + 1;
  server.maxConnections = maxConnections;
  const answering = new WeakMap<Duplex, Set<ServerResponse>>();

  const serve: RequestListener = (request, response) => {
    const { socket } = request;
    const responses = answering.get(socket) ?? new Set();
    answering.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
    // What the client takes counts as a sign of life.
    response.once('prefinish', () => socket.setTimeout(limits.slowReaderMs));
    response.once('finish', () => {
      responses.delete(response);
      // Where there is nothing more to answer, Node.js has set its own for the next request.
      const [next] = responses;
      // The next one may wait for nothing but the client already.
      if (next !== undefined) socket.setTimeout(next.writableEnded ? limits.slowReaderMs : 0);
    });
    endUnreadBody(request, response, limits);
    // Those that were left out are what the guard should see.
    if (hasTooManyHeaders(request, limits)) answerWithoutApp(request, response, headersTooLarge(limits));
    else listener(request, response);
  };
  server.on('request', serve);
  // RFC 9110 §10.1.1 lets a server ignore an expectation that it does not know.
  server.on('checkExpectation', serve);
  // Whoever reads the body tells the client to send it: a request that is refused never gets so far.
  server.on('checkContinue', serve);

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node.js has let go of the connection, also for the answers that are due before this one.
    if ((answering.get(socket)?.size ?? 0) > 0) {
      socket.destroy();
      return;
    }
    if (!/\bwebsocket\b/i.test(request.headers.upgrade ?? '')) {
      serveWithoutUpgrade(server, request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const answer = (error: GatewayError | null): void => {
      if (error === null) return;
      logger.info(`WebSocket refused: ${error.spec.status}`);
      answerRaw(socket, error, limits.lingerMs);
    };
    if (hasTooManyHeaders(request, limits)) answer(headersTooLarge(limits));
    else void upgrade(request, socket, head).then(answer, (error: unknown) => answer(GatewayError.from(error)));
  });

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Where a request has come to its end, the error is of a later one.
    const isInTurn = [...(answering.get(socket) ?? [])].every(({ headersSent, req }) => !headersSent && !req.complete);
    // Nothing may be written into or before another answer, nor where TLS has failed or the client has gone.
    if (!isInTurn || !/^(?:HPE|ERR_HTTP)_/.test(error.code ?? '')) socket.destroy();
    else answerRaw(socket, toGatewayError(error.code, limits), limits.lingerMs);
  });

  // Before it listens, whoever opens the port tells of it; a connection that cannot be taken must not end the process.
  server.on('error', (error) => {
    if (server.listening) logger.warn(`A connection could not be taken: ${error.message}`);
  });

  let loggedAt = -Infinity;
  let madeRoomAt = -Infinity;
  server.on('drop', () => {
    const now = performance.now();
    if (now - madeRoomAt >= MAKE_ROOM_MS) {
      madeRoomAt = now;
      server.closeIdleConnections();
    }
    if (now - loggedAt < DROP_LOG_MS) return;
    loggedAt = now;
    logger.warn(
      `More than ${maxConnections} connections are open. Further ones are closed; see the setting portside.maxConnections.`,
    );
  });
  return server;
};

const hasTooManyHeaders = ({ rawHeaders }: IncomingMessage, { maxHeaderCount }: HttpLimits): boolean =>
  rawHeaders.length > 2 * maxHeaderCount;

/** Node.js tells the two apart in its words alone. */
const headersTooLarge = ({ maxHeaderBytes, maxHeaderCount }: HttpLimits): GatewayError =>
  new GatewayError(
    'headers_too_large',
    `The request has too many headers, or they are too large. Send at most ${maxHeaderCount}, and less than ${maxHeaderBytes / 1024} kB of them.`,
  );

/** What Node.js found wrong before there was a request, by its error code. */
const toGatewayError = (code = '', limits: HttpLimits): GatewayError => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return headersTooLarge(limits);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('request_timeout', 'The request did not arrive in time.');
    default:
      return new GatewayError('invalid_request', 'The request is not valid HTTP.');
  }
};
