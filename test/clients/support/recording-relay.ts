import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { checkResponseEvents } from '../../support/check-response-events.ts';
import { findResponseEventErrors, findSchemaErrors } from '../../support/openai-schema.ts';
import { parseSse } from '../../support/parse-sse.ts';
import type { ResponseEvent } from '../../../src/protocols/openai-responses/response-object.ts';

/** One request for a response, and how it was answered. */
export interface ResponseExchange {
  readonly transport: 'http' | 'websocket';
  readonly path: string;
  /** Of the request, or of the upgrade that opened the connection. */
  readonly headers: IncomingHttpHeaders;
  readonly body: ResponseBody;
  /** 200 for a frame that was answered by a response. */
  readonly status: number;
  /** `X-Portside-Conversation` of an answer over HTTP. */
  readonly conversation: string | null;
  /** The id of the response; `null` where there was none. */
  readonly responseId: string | null;
}

/** What the tests look at in a request for a response. */
export interface ResponseBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly store?: boolean;
  readonly generate?: boolean;
  readonly previous_response_id?: string;
  readonly instructions?: string;
  readonly tools?: readonly { readonly type: string; readonly name?: string }[];
  readonly input?: readonly { readonly type: string; readonly role?: string }[];
}

/** What concerns one connection only (RFC 9110, 7.6.1), and what `fetch` sets by itself. */
const CONNECTION_HEADERS = new Set(['connection', 'host', 'content-length', 'accept-encoding', 'transfer-encoding']);

const passed = (headers: Iterable<readonly [string, unknown]>): readonly (readonly [string, string])[] =>
  [...headers].flatMap(([name, value]) =>
    CONNECTION_HEADERS.has(name) || /^(?:upgrade|sec-websocket-)/.test(name) ? [] : [[name, String(value)] as const],
  );

/**
 * Stands between a client program of the Responses API and Portside, over HTTP and WebSocket: notes every request, and checks every
 * answer against OpenAI's schemas and the order of its events.
 */
export const startRecordingRelay = async (targetUrl: string) => {
  const problems: string[] = [];
  const exchanges: ResponseExchange[] = [];

  const check = (events: readonly ResponseEvent[]): void => {
    for (const event of events) {
      problems.push(...findResponseEventErrors(event).map((problem) => `${problem} in ${JSON.stringify(event)}`));
    }
    try {
      checkResponseEvents(events, { isComplete: true });
    } catch (error) {
      problems.push(String(error));
    }
  };

  const passRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const answer = await fetch(`${targetUrl}${request.url ?? '/'}`, {
      method: request.method ?? 'GET',
      headers: passed(Object.entries(request.headers)).map(([name, value]): [string, string] => [name, value]),
      ...(body !== '' && { body }),
    });
    response.writeHead(answer.status, Object.fromEntries(passed(answer.headers)));
    response.flushHeaders();
    let whole = '';
    const decoder = new TextDecoder();
    for await (const piece of answer.body ?? []) {
      whole += decoder.decode(piece, { stream: true });
      response.write(piece);
    }
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const events = isStream ? parseSse(whole).map((data): ResponseEvent => JSON.parse(data)) : [];
    if (isStream) check(events);
    else if (answer.status >= 400) problems.push(...findSchemaErrors('ErrorResponse', JSON.parse(whole)));
    exchanges.push({
      transport: 'http',
      path: request.url ?? '/',
      headers: request.headers,
      body: body === '' ? {} : JSON.parse(body),
      status: answer.status,
      conversation: answer.headers.get('x-portside-conversation'),
      responseId: idOf(events),
    });
    response.end();
  };

  /** One connection; its requests are answered one after the other. */
  const passSocket = (request: IncomingMessage, client: WebSocket): void => {
    const server = new WebSocket(`${targetUrl.replace(/^http/, 'ws')}${request.url ?? '/'}`, {
      headers: Object.fromEntries(passed(Object.entries(request.headers))),
    });
    const asked: ResponseBody[] = [];
    const waiting: string[] = [];
    let events: ResponseEvent[] = [];
    client.on('message', (data) => {
      asked.push(JSON.parse(toText(data)));
      if (server.readyState === WebSocket.OPEN) server.send(toText(data));
      else waiting.push(toText(data));
    });
    server.on('open', () => {
      for (const frame of waiting) server.send(frame);
    });
    server.on('message', (data) => {
      const event: ResponseEvent & { readonly status?: number } = JSON.parse(toText(data));
      if (event.type !== 'error') events.push(event);
      if (event.type === 'error' || LAST.has(event.type)) {
        exchanges.push({
          transport: 'websocket',
          path: request.url ?? '/',
          headers: request.headers,
          body: asked.shift() ?? {},
          status: event.status ?? 200,
          conversation: null,
          responseId: idOf(events),
        });
        if (events.length > 0) check(events);
        events = [];
      }
      client.send(toText(data));
    });
    client.on('close', () => server.close());
    server.on('close', () => client.close());
    for (const socket of [client, server]) socket.on('error', () => socket.terminate());
  };

  const server = createServer((request, response) => {
    passRequest(request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket: Socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => passSocket(request, client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What came through since the last call, in the order of the answers' ends, and what was wrong with it. */
    take(): { readonly exchanges: readonly ResponseExchange[]; readonly problems: readonly string[] } {
      return { exchanges: exchanges.splice(0), problems: problems.splice(0) };
    },
    [Symbol.dispose](): void {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
};

const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed']);

const toText = (data: RawData): string =>
  Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as Uint8Array).toString();

const idOf = (events: readonly ResponseEvent[]): string | null => {
  const created = events.find(({ type }) => type === 'response.created');
  return created !== undefined && 'response' in created ? (created.response as { readonly id: string }).id : null;
};
