import type { Message } from '../../core/run-request.ts';

/**
 * Puts what the system says after the user before it, turn by turn, so that the user's words end the turn: Claude Code sends
 * what it knows of its surroundings behind the first question. Results of tools keep their place before both. A turn ends
 * with the next answer, so that a message has the same place in every later request of its conversation.
 */
export const placeSystemMessages = (messages: readonly Message[]): readonly Message[] => {
  const placed: Message[] = [];
  /** From the first message of the user in this turn. */
  let words: Message[] = [];
  const endTurn = (): void => {
    for (const message of words) placed.push(message);
    words = [];
  };
  for (const message of messages) {
    if (message.role === 'assistant') endTurn();
    if (message.role === 'user' || (message.role === 'tool' && words.length > 0)) words.push(message);
    else placed.push(message);
  }
  endTurn();
  return placed;
};
