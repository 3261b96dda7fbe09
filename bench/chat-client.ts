import { ask, type RawAnswer, type Target } from './raw-client.ts';

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

/** Asks Chat Completions. @throws Error with the answer's text where its status is not 200 */
export const askChat = (target: Target, body: Buffer): Promise<RawAnswer> =>
  ask(target, 'chat/completions', { body, deltaMark: CONTENT_MARK });

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
