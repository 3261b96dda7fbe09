import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { findAnswerProblems } from './find-answer-problems.ts';

/** One request of a client, and how it was answered. */
export interface Exchange<Body = ChatBody> {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
  readonly status: number;
  /** `X-Portside-Conversation` of the answer. */
  readonly conversation: string | null;
}

/** What the tests look at in a request for a chat completion. */
export interface ChatBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly messages?: readonly { readonly role: string }[];
}

/** What concerns one connection only (RFC 9110, 7.6.1), and what `fetch` sets by itself. */
const CONNECTION_HEADERS = new Set(['connection', 'host', 'content-length', 'accept-encoding', 'transfer-encoding']);

/**
 * Stands between a client program and Portside: notes every request, and checks every answer, by OpenAI's schemas unless told
 * otherwise.
 */
export const startRecordingProxy = async <Body extends object = ChatBody>(
  targetUrl: string,
  findProblems: typeof findAnswerProblems = findAnswerProblems,
) => {
  const problems: string[] = [];
  const exchanges: Exchange<Body>[] = [];

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const hangUp = new AbortController();
    response.on('close', () => hangUp.abort());
    const headers = Object.entries(request.headers).filter(([name]) => !CONNECTION_HEADERS.has(name));
    const answer = await fetch(`${targetUrl}${request.url ?? '/'}`, {
      method: request.method ?? 'GET',
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      signal: hangUp.signal,
      ...(body !== '' && { body }),
    });
    exchanges.push({
      path: request.url ?? '/',
      headers: request.headers,
      body: JSON.parse(body === '' ? '{}' : body) as Body,
      status: answer.status,
      conversation: answer.headers.get('x-portside-conversation'),
    });
    const answered = [...answer.headers].filter(([name]) => !CONNECTION_HEADERS.has(name));
    response.writeHead(answer.status, Object.fromEntries(answered));
    response.flushHeaders();
    const decoder = new TextDecoder();
    let whole = '';
    const readAlong = async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        whole += decoder.decode(piece, { stream: true });
        yield piece;
      }
      problems.push(...findProblems(answer.headers.get('content-type') ?? '', answer.status, whole));
    };
    if (answer.body === null) response.end();
    else await pipeline(Readable.from(answer.body), readAlong, response);
  };

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What came through since the last call, in the order of the answers' first bytes, and what was wrong with it. */
    take(): { readonly exchanges: readonly Exchange<Body>[]; readonly problems: readonly string[] } {
      return { exchanges: exchanges.splice(0), problems: problems.splice(0) };
    },
    [Symbol.dispose](): void {
      server.closeAllConnections();
      server.close();
    },
  };
};
