import type { AnswerIdentity } from '../../protocols/answer-identity.ts';
import {
  type StoredChatRequest,
  toStoredCompletion,
  toStoredMessages,
} from '../../protocols/openai-chat/stored-completion.ts';
import type { AnswerKeeper } from './keep-answers.ts';

/** A chat completion that is to be stored. */
export interface CompletionToKeep {
  readonly owner: string;
  readonly requestId: string;
  readonly identity: AnswerIdentity;
  readonly stored: StoredChatRequest;
  /** As its client gets it, in the JSON form. */
  readonly result: object;
}

/** Stores a chat completion with the messages that it answers. */
export const keepCompletion = (
  keeper: Pick<AnswerKeeper, 'keep'>,
  { owner, requestId, identity: { id, created, model }, stored, result }: CompletionToKeep,
): void => {
  keeper.keep({
    id,
    kind: 'chat.completion',
    owner,
    threadId: id,
    previousId: null,
    model,
    metadata: stored.metadata,
    createdAt: created * 1000,
    body: toStoredCompletion(result, stored, requestId),
    input: toStoredMessages(id, stored.messages),
    processId: null,
  });
};
