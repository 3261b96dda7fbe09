import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import express from 'express';
import { type WebSocket, WebSocketServer } from 'ws';
import { GatewayError } from '../../core/gateway-error.ts';
import { redactPath } from '../../core/secret-forms.ts';
import { checkSessionId } from '../../engine/sessions/session-id.ts';
import { readAffinity } from '../affinity.ts';
import { toRequestCredentials } from '../authentication/read-credentials.ts';
import { judgeUpgrade, RESPONSES_PATH, type UpgradeRules } from '../judge-upgrade.ts';
import { readTraceContext } from '../read-trace-context.ts';
import type { ServerTiming } from '../server-timing.ts';
import { createRecentMemory } from '../responses/recent-responses.ts';
import { createFrameAnswers, type FrameAnswerOptions, type FrameJob } from './answer-frame.ts';
import { type ResponseConnection, serveConnection } from './response-connection.ts';
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from './socket-limits.ts';

export interface ResponseSocketsOptions extends UpgradeRules, FrameAnswerOptions {
  /** Of one frame. */
  readonly maxBodyMegabytes: number;
  readonly timing: ServerTiming;
  readonly limits?: Partial<SocketLimits>;
}

/** The WebSockets of `GET /v1/responses`. */
export interface ResponseSockets {
  /** How many are open. */
  readonly openCount: number;
  /** Takes a connection over, or gives why it is refused: the caller answers then. Never rejects. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<GatewayError | null>;
  /** Closes all once what is under way on them has ended, within a set time, and takes no more. */
  close(): void;
}

/** Serves OpenAI's WebSocket mode of the Responses API. */
export const createResponseSockets = (options: ResponseSocketsOptions): ResponseSockets => {
  const { authenticator, timing } = options;
  const limits = { ...DEFAULT_SOCKET_LIMITS, ...options.limits };
  const answerFrame = createFrameAnswers(options);
  const connections = new Set<ResponseConnection>();
  const memory = createRecentMemory();
  const serverOptions = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.maxBodyMegabytes * 1024 * 1024,
    // Not in the types of the library yet.
    closeTimeout: limits.closeMs,
  };
  const server = new WebSocketServer(serverOptions);
  server.on('headers', (headers) => headers.push(`X-Request-ID: ${randomUUID()}`));

  const shakeHands = (request: IncomingMessage, socket: Duplex, head: Buffer): WebSocket | GatewayError | null => {
    let outcome: WebSocket | GatewayError | null = null;
    const refuse = (error: Error): void => {
      outcome = toHandshakeError(error);
    };
    server.once('wsClientError', refuse);
    // All of it happens at once; where neither comes, the client has gone.
    server.handleUpgrade(request, socket, head, (webSocket) => {
      outcome = webSocket;
    });
    server.off('wsClientError', refuse);
    return outcome;
  };

  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { revocation } = await judgeUpgrade(request, options);
    const handshake = readHandshake(request);
    if (isClosed) throw new GatewayError('upstream_unavailable', 'Portside is stopping. Try again in a moment.');
    if (connections.size >= limits.maxSockets)
      throw new GatewayError(
        'too_many_websockets',
        `${limits.maxSockets} WebSockets are open already. Close one, or use HTTP.`,
      );
    const outcome = shakeHands(request, socket, head);
    if (outcome === null) return;
    if (outcome instanceof GatewayError) throw outcome;
    const credentials = toRequestCredentials(request);
    const connection = serveConnection({
      socket: outcome,
      transport: request.socket,
      revocation,
      handshake,
      authenticate: () => authenticator.authenticate(credentials),
      answerFrame,
      recent: memory.open(),
      limits,
      slowReaderMs: timing.slowReaderMs,
    });
    connections.add(connection);
    outcome.once('close', () => connections.delete(connection));
  };
  let isClosed = false;

  /** What is taken over is written down by its frames. */
  const recordRefusal = (request: IncomingMessage, refusal: GatewayError): void => {
    const path = URL.parse(request.url ?? '', 'http://localhost')?.pathname ?? '';
    const trace = options.activity?.begin({
      requestId: request.headers['x-request-id']?.toString() ?? randomUUID(),
      method: request.method ?? 'GET',
      path: redactPath(path),
      protocol: path.replace(/\/$/, '') === RESPONSES_PATH ? 'openai-responses' : null,
      traceContext: readTraceContext({
        traceparent: request.headers['traceparent']?.toString(),
        tracestate: request.headers['tracestate']?.toString(),
      }),
      headers: readHeaders(request),
    });
    trace?.noteFailure(refusal);
    trace?.end({ status: refusal.spec.status, route: null, isComplete: true, headers: [] });
  };

  return {
    get openCount() {
      return connections.size;
    },
    async upgrade(request, socket, head) {
      try {
        await open(request, socket, head);
        return null;
      } catch (error) {
        const refusal = GatewayError.from(error);
        recordRefusal(request, refusal);
        return refusal;
      }
    },
    close() {
      isClosed = true;
      for (const connection of connections) connection.stop();
    },
  };
};

/** @throws GatewayError `invalid_request` */
const readHandshake = (request: IncomingMessage): FrameJob['handshake'] => {
  const get = express.request.get.bind(request);
  const sessionId = get('x-cursor-session-id') ?? null;
  return {
    headers: readHeaders(request),
    sessionId: sessionId === null ? null : checkSessionId(sessionId, 'X-Cursor-Session-ID'),
    affinity: readAffinity({ get }),
  };
};

const readHeaders = ({ headersDistinct }: IncomingMessage): FrameJob['handshake']['headers'] =>
  Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value) => [name, value] as const));

/** RFC 6455, section 4.4, wants another version to be answered by the one that there is. */
const toHandshakeError = ({ message }: Error): GatewayError =>
  message.includes('Sec-WebSocket-Version')
    ? new GatewayError('upgrade_required', 'This version of the WebSocket protocol is not supported. Use version 13.')
    : new GatewayError('invalid_request', `The request for a WebSocket is not valid: ${message}.`);
