import { ask, type RawAnswer, type Target } from './raw-client.ts';

/** What the bench looks at in a response. */
export interface FinalResponse {
  readonly id: string;
  readonly status: string;
  readonly output: readonly {
    readonly type: string;
    readonly call_id?: string;
    readonly arguments?: string;
    readonly content?: readonly { readonly text?: string }[];
  }[];
}

const DELTA_MARK = Buffer.from('event: response.output_text.delta\n');

const LAST_FRAME = 'event: response.completed\ndata: ';

/** Asks `POST /v1/responses`. @throws Error with the answer's text where its status is not 200 */
export const askResponse = (target: Target, body: Buffer): Promise<RawAnswer> =>
  ask(target, 'responses', { body, deltaMark: DELTA_MARK });

/** What a streamed response has become. @throws Error where it is not completed */
export const parseResponse = ({ chunks }: RawAnswer): FinalResponse => {
  const text = Buffer.concat(chunks).toString();
  const start = text.lastIndexOf(LAST_FRAME);
  if (start === -1) throw new Error(`The response was not completed: ${text}`);
  return parseTerminalEvent(text.slice(start + LAST_FRAME.length));
};

/** What the last event of a stream tells of its response. @throws Error where it is not completed */
export const parseTerminalEvent = (json: string): FinalResponse => {
  const { type, response }: { type: string; response?: FinalResponse } = JSON.parse(json);
  if (type !== 'response.completed' || response === undefined) {
    throw new Error(`The response was not completed: ${json}`);
  }
  return response;
};

/** The text of a response. */
export const toResponseText = ({ output }: FinalResponse): string =>
  output
    .flatMap(({ content = [] }) => content)
    .map(({ text = '' }) => text)
    .join('');
