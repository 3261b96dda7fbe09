import { GatewayError } from '../../core/gateway-error.ts';
import type { Message } from '../../core/run-request.ts';
import { isSameMessage } from '../conversations/normalize-message.ts';

/**
 * What a request adds to a session: the rest, where it begins with all that the session knows, else every message.
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
  const added = sent.length >= known.length && known.every(isKnown) ? sent.slice(known.length) : sent;
  if (added.length > 0) return added;
  throw new GatewayError(
    'invalid_request',
    'The session knows all of these messages already, and its answer to them. Send a new message.',
    { param: 'messages' },
  );
};
