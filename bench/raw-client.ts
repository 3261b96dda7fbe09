// A client that costs as little as one can: it keeps connections, and looks at the bytes for the first output only.
import { Agent, type IncomingMessage, request } from 'node:http';

/** A server, and the token that it knows its client by. */
export interface Target {
  readonly baseUrl: string;
  readonly token: string;
}

/** A streamed answer as it came, timed from the request for it. */
export interface RawAnswer {
  /** The first bytes of the body. */
  readonly firstByteMs: number;
  /** `null` where no text came. */
  readonly firstDeltaMs: number | null;
  readonly totalMs: number;
  /** What `X-Portside-Conversation` says. */
  readonly conversation: string | null;
  readonly chunks: readonly Buffer[];
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity, noDelay: true });

/** The model that answers all that is measured. */
export const MODEL = 'composer-2.5';

/** Makes the body of a streamed request. */
export const toBody = (parts: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.from(JSON.stringify({ model: MODEL, stream: true, ...parts }));

/** Sends a request, by POST where it has a body; resolves with the answer once its headers are there. */
const send = (target: Target, path: string, body: Buffer | null): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${target.baseUrl}/${path}`, {
      agent,
      method: body === null ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${target.token}`,
        ...(body !== null && { 'content-type': 'application/json', 'content-length': body.length }),
      },
    });
    outgoing.once('response', resolve).once('error', reject);
    if (body === null) outgoing.end();
    else outgoing.end(body);
  });

/**
 * Asks and reads the whole answer. `deltaMark` is what the bytes of a delta of text have in them, `body` is `null` for GET.
 *
 * @throws Error with the answer's text where its status is not 200
 */
export const ask = async (
  target: Target,
  path: string,
  { body = null, deltaMark = null }: { readonly body?: Buffer | null; readonly deltaMark?: Buffer | null } = {},
): Promise<RawAnswer> => {
  const startedMs = performance.now();
  const response = await send(target, path, body);
  const conversation = response.headers['x-portside-conversation'];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let firstByteMs: number | null = null;
    let firstDeltaMs: number | null = null;
    response
      .on('data', (chunk: Buffer) => {
        firstByteMs ??= performance.now() - startedMs;
        if (firstDeltaMs === null && deltaMark !== null && chunk.includes(deltaMark)) {
          firstDeltaMs = performance.now() - startedMs;
        }
        chunks.push(chunk);
      })
      .once('error', reject)
      .once('end', () => {
        const totalMs = performance.now() - startedMs;
        if (response.statusCode !== 200 || firstByteMs === null) {
          reject(new Error(`No answer came from ${path}: ${Buffer.concat(chunks).toString()}`));
          return;
        }
        resolve({ firstByteMs, firstDeltaMs, totalMs, conversation: conversation?.toString() ?? null, chunks });
      });
  });
};
