import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer as it was sent, to be sent again. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** These, and those of CORS, are about a connection or a request, not about the answer. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'date',
  'keep-alive',
  'transfer-encoding',
  'vary',
  'x-request-id',
]);

/**
 * Records what is written to a response. Resolves once it is complete; to `null` where the client hung up before that, or
 * the body is over `maxBytes`.
 */
export const recordAnswer = (response: ServerResponse, maxBytes: number): Promise<RecordedAnswer | null> => {
  const { promise, resolve } = Promise.withResolvers<RecordedAnswer | null>();
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const pieces: Buffer[] = [];
  let size = 0;

  const keep = (chunk: unknown, encoding: BufferEncoding): void => {
    if (size > maxBytes) return;
    const piece = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : toBytes(chunk);
    size += piece.length;
    if (size > maxBytes) pieces.length = 0;
    else pieces.push(piece);
  };
  response.once('close', () => resolve(null));
  response.write = (chunk: unknown, second?: BufferEncoding | SentCallback, third?: SentCallback): boolean => {
    const [encoding, sent] = typeof second === 'function' ? [undefined, second] : [second, third];
    keep(chunk, encoding ?? 'utf8');
    return write(chunk, encoding ?? 'utf8', sent);
  };
  response.end = (first?: unknown, second?: BufferEncoding | (() => void), third?: () => void): ServerResponse => {
    const [chunk, encoding, sent] =
      typeof first === 'function'
        ? [undefined, undefined, () => void Reflect.apply(first, response, [])]
        : typeof second === 'function'
          ? [first, undefined, second]
          : [first, second, third];
    if (chunk !== undefined && chunk !== null) keep(chunk, encoding ?? 'utf8');
    end(chunk, encoding ?? 'utf8', sent);
    const headers = Object.entries(response.getHeaders()).filter(([name]) => !isOwn(name));
    resolve(
      size > maxBytes
        ? null
        : { status: response.statusCode, headers: Object.fromEntries(headers), body: Buffer.concat(pieces) },
    );
    return response;
  };
  return promise;
};

const isOwn = (header: string): boolean => OWN_HEADERS.has(header) || header.startsWith('access-control-');

type SentCallback = (error: Error | null | undefined) => void;

const toBytes = (chunk: unknown): Buffer => (chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0));
