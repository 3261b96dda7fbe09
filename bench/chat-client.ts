// A client that costs as little as one can: it keeps connections, and looks at the bytes for the first delta only.
import { Agent, type IncomingMessage, request } from 'node:http';

/** A server of `POST /v1/chat/completions`. */
export interface Target {
  readonly baseUrl: string;
  readonly token: string;
}

/** A streamed answer as it came, timed from the request for it. */
export interface RawAnswer {
  /** `null` where no text came. */
  readonly firstDeltaMs: number | null;
  readonly totalMs: number;
  /** What `X-Portside-Conversation` says. */
  readonly conversation: string | null;
  readonly chunks: readonly Buffer[];
}

/** What the bench looks at in a chunk of an answer. */
export interface ChatChunk {
  readonly choices: readonly [
    {
      readonly delta: {
        readonly content?: string | null;
        readonly tool_calls?: readonly {
          readonly index: number;
          readonly id?: string;
          readonly function: { readonly name?: string; readonly arguments?: string };
        }[];
      };
      readonly finish_reason: string | null;
    },
  ];
}

const CONTENT_MARK = Buffer.from('"delta":{"content":"');

const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity, noDelay: true });

/** Makes the body of a streamed request. */
export const toBody = (parts: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.from(JSON.stringify({ model: 'composer-2.5', stream: true, ...parts }));

/** Sends the request; resolves with the answer once its headers are there. */
const post = (target: Target, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${target.baseUrl}/chat/completions`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${target.token}`,
        'content-type': 'application/json',
        'content-length': body.length,
      },
    });
    outgoing.once('response', resolve).once('error', reject).end(body);
  });

/** Asks and reads the whole answer. @throws Error with the answer's text where its status is not 200 */
export const askChat = async (target: Target, body: Buffer): Promise<RawAnswer> => {
  const startedMs = performance.now();
  const response = await post(target, body);
  const conversation = response.headers['x-portside-conversation'];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let firstDeltaMs: number | null = null;
    response
      .on('data', (chunk: Buffer) => {
        if (firstDeltaMs === null && chunk.includes(CONTENT_MARK)) firstDeltaMs = performance.now() - startedMs;
        chunks.push(chunk);
      })
      .once('error', reject)
      .once('end', () => {
        const totalMs = performance.now() - startedMs;
        if (response.statusCode !== 200) reject(new Error(`No answer came: ${Buffer.concat(chunks).toString()}`));
        else resolve({ firstDeltaMs, totalMs, conversation: conversation?.toString() ?? null, chunks });
      });
  });
};

/** Asks for text. @throws Error where none comes */
export const askForText = async (
  target: Target,
  body: Buffer,
): Promise<RawAnswer & { readonly firstDeltaMs: number }> => {
  const answer = await askChat(target, body);
  const { firstDeltaMs } = answer;
  if (firstDeltaMs === null) throw new Error(`No delta came: ${Buffer.concat(answer.chunks).toString()}`);
  return { ...answer, firstDeltaMs };
};

/** The chunks that have a choice. @throws Error where the stream has an error in it */
export const parseChunks = ({ chunks }: RawAnswer): readonly ChatChunk[] =>
  Buffer.concat(chunks)
    .toString()
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as ChatChunk & { readonly error?: unknown })
    .filter((chunk) => {
      if (chunk.error !== undefined) throw new Error(`The answer failed: ${JSON.stringify(chunk.error)}`);
      return chunk.choices.length > 0;
    });

/** The text of an answer, put together from its chunks. */
export const toText = (answer: RawAnswer): string =>
  parseChunks(answer)
    .map(({ choices: [{ delta }] }) => delta.content ?? '')
    .join('');
