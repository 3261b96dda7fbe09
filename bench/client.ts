// A client that costs as little as one can: it keeps connections, and looks at the bytes for the first delta only.
import { Agent, type IncomingMessage, request } from 'node:http';
import { serveCommands } from './child-commands.ts';
import { DELTA_CHARACTERS, runStreams, type StreamJob, type StreamResult, type StreamTimes } from './stream-job.ts';

/** A server of `POST /v1/chat/completions`. */
export interface Target {
  readonly baseUrl: string;
  readonly token: string;
}

export type ClientCommands = {
  run: { argument: { readonly target: Target; readonly job: StreamJob }; result: StreamResult };
  /** The bytes of one answer as text. */
  capture: { argument: Target; result: string };
};

const BODY = Buffer.from(
  JSON.stringify({ model: 'composer-2.5', stream: true, messages: [{ role: 'user', content: 'Go.' }] }),
);

const CONTENT_MARK = Buffer.from('"delta":{"content":"');

const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity, noDelay: true });

/** Sends the request; resolves with the answer once its headers are there. */
const post = (target: Target): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${target.baseUrl}/chat/completions`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${target.token}`,
        'content-type': 'application/json',
        'content-length': BODY.length,
      },
    });
    outgoing.once('response', resolve).once('error', reject).end(BODY);
  });

interface Answer extends StreamTimes {
  readonly chunks: readonly Buffer[];
}

const readAnswer = async (target: Target): Promise<Answer> => {
  const startedMs = performance.now();
  const response = await post(target);
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
        if (firstDeltaMs === null) reject(new Error(`No delta came: ${Buffer.concat(chunks).toString()}`));
        else resolve({ firstDeltaMs, totalMs, chunks });
      });
  });
};

/** The text of an answer, put together from its frames. */
const toText = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks)
    .toString()
    .split('\n\n')
    .filter((frame) => frame.includes(CONTENT_MARK.toString()))
    .map((frame): string => JSON.parse(frame.slice('data: '.length)).choices[0].delta.content)
    .join('');

serveCommands<ClientCommands>({
  async run({ target, job }) {
    const answers: Answer[] = [];
    const result = await runStreams(job, async () => {
      const answer = await readAnswer(target);
      answers.push(answer);
      return { firstDeltaMs: answer.firstDeltaMs, totalMs: answer.totalMs };
    });
    // Checked when all is over: it would cost the client more than the reading does.
    for (const { chunks } of answers) {
      const { length } = toText(chunks);
      if (length !== job.deltas * DELTA_CHARACTERS) throw new Error(`An answer had ${length} characters.`);
    }
    return result;
  },
  async capture(target) {
    return Buffer.concat((await readAnswer(target)).chunks).toString();
  },
});
