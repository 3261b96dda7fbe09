import type { StreamEncoder } from '../stream-encoder.ts';
import type { AnswerIdentity } from './answer-identity.ts';
import type { MessageAnswerOptions } from './answer-options.ts';
import { createMessageEvents, type MessageEvent } from './message-events.ts';

/**
 * Encodes an answer as Anthropic's server-sent events, each with its name.
 *
 * `message_start` comes before the first block, since an error before it keeps its HTTP status; its counts are zeros, as none
 * are known yet. Each block is opened, filled and closed by its index, the input of a tool in one piece; `message_delta`
 * tells why the answer ends and all counts, `message_stop` is the last event. An error is one last event `error`.
 */
export const createMessageStreamEncoder = (
  identity: AnswerIdentity,
  options: MessageAnswerOptions = {},
): StreamEncoder => {
  const events = createMessageEvents(identity, options);
  return {
    push: (event) => toFrames(events.push(event)),
    heartbeat: () => toFrames(events.open()) || toFrames([{ type: 'ping' }]),
  };
};

const toFrames = (events: readonly MessageEvent[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
