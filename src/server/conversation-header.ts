import type { Response } from 'express';
import type { ConversationKind } from '../engine/answer/answer-context.ts';

/** Gives what tells the client how its request was placed, for as long as there can be headers. */
export const tellConversation =
  (response: Response) =>
  (kind: ConversationKind): void => {
    if (!response.headersSent) response.setHeader('X-Portside-Conversation', kind);
  };
