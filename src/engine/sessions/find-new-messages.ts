import { GatewayError } from '../../core/gateway-error.ts';
import type { Message } from '../../core/run-request.ts';
import { isSameMessage } from '../conversations/normalize-message.ts';

/**
 * What a request adds to a session: the rest, where it begins with all that the session knows, else every message. A request
 * that begins with the session's last answer, whose calls it then answers as OpenAI's API demands, adds what follows that.
 *
 * A request that only repeats what the session knows asks for nothing: its last message has its answer already.
 *
 * @throws GatewayError `invalid_request` where nothing is new
 */
export const findNewMessages = (known: readonly Message[], sent: readonly Message[]): readonly Message[] => {
  const isKnown = (message: Message, index: number): boolean => {
    const other = sent[index];
    return other !== undefined && isSameMessage(message, other);
  };
  const isWhole = sent.length >= known.length && known.every(isKnown);
  const added = sent.slice(isWhole ? known.length : repeatsLastCalls(known.at(-1), sent[0]) ? 1 : 0);
  if (added.length > 0) return added;
  throw new GatewayError(
    'invalid_request',
    'The session knows all of these messages already, and its answer to them. Send a new message.',
    { param: 'messages' },
  );
};

const repeatsLastCalls = (last: Message | undefined, first: Message | undefined): boolean =>
  last?.role === 'assistant' &&
  first?.role === 'assistant' &&
  last.toolCalls.length > 0 &&
  last.toolCalls.every(({ id }, index) => first.toolCalls[index]?.id === id) &&
  isSameMessage(last, first);
