import type { StoredAnswer } from '../../core/answer-store.ts';
import type { ResponseItem, ResponseObject } from '../../protocols/openai-responses/response-object.ts';
import { toStoredInput } from '../../protocols/openai-responses/stored-items.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';
import { createId } from './create-id.ts';
import { toReferenceIds, toUnknownItems } from './item-references.ts';
import type { PreparedResponse } from './prepare-response.ts';
import type { ResponseTurnRequest } from './response-turn.ts';

/** What becomes of a response once it is over, and in which form. */
export interface ResponseKeeping {
  /** The form in which it is stored; `processId` is that of the process that makes it, `null` once it is over. */
  readonly toStored: (body: ResponseObject, processId: number | null) => StoredAnswer;
  /** Keeps it wherever it is to be kept; one in the background is stored by whoever runs it. */
  readonly keep: (response: ResponseObject) => void;
}

export const createResponseKeeping = (
  keeper: AnswerKeeper,
  { client, recent }: Pick<ResponseTurnRequest, 'client' | 'recent'>,
  { decoded, context, input }: Pick<PreparedResponse, 'decoded' | 'context' | 'input'>,
): ResponseKeeping => {
  const { owner } = client;
  const { isBackground, isStored, conversationId, previousResponseId } = decoded;
  const createdAt = Date.now();
  const storedInput = toStoredInput(decoded.input, createId);

  const toStored = (body: ResponseObject, processId: number | null): StoredAnswer => {
    // What only the connection remembers is no link of a stored chain: all of it is stored here.
    const isLinked = context.stored !== null || previousResponseId === null;
    return {
      id: body.id,
      kind: 'response',
      owner,
      threadId: context.stored?.threadId ?? body.id,
      previousId: context.stored?.id ?? null,
      model: body.model,
      metadata: body.metadata,
      createdAt,
      body: { ...body },
      input: isLinked ? storedInput : [...toStoredInput(context.items, createId), ...storedInput],
      processId,
    };
  };
  const appendToConversation = (id: string, output: readonly ResponseItem[]): void => {
    const added = toUnknownItems(storedInput, { input, context: context.items });
    keeper.appendToConversation(owner, id, [...added, ...output]);
  };

  return {
    toStored,
    keep(response) {
      // What belonged to a token that is worth nothing any more has just been removed.
      if (client.revocation.aborted) return;
      const { id, status, output } = response;
      const isKept = isStored && !isBackground && keeper.keep(toStored(response, null));
      if (status === 'completed' || status === 'incomplete') {
        if (conversationId !== null) appendToConversation(conversationId, output);
        else recent?.add(id, { previous: context.remembered, input, output, storedId: isKept ? id : null });
      }
      const itemIds = [...context.used.itemIds, ...toReferenceIds(decoded.input)];
      keeper.noteUse(owner, { ...context.used, itemIds });
    },
  };
};
