import type { Request, Response } from 'express';
import type { AnswerStore, StoredAnswer } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import { decodePageQuery, takePage, toListPage, toNothingAfter } from '../../protocols/list-page.ts';
import { decodeMetadataUpdate } from '../../protocols/metadata-update.ts';
import { decodeCompletionQuery, toDeletedCompletion } from '../../protocols/openai-chat/stored-completion.ts';
import { getOwner } from '../middleware/authenticate.ts';

/** What the routes work with. */
export interface StoredCompletionsOptions {
  readonly store: Pick<AnswerStore, 'find' | 'list' | 'setMetadata' | 'remove'>;
}

type ById = Request<{ id: string }>;

/** The handlers of `GET /v1/chat/completions` and of what is below it. */
export const storedCompletionRoutes = ({ store }: StoredCompletionsOptions) => {
  const find = (owner: string, id: string): StoredAnswer => {
    const answer = store.find(owner, id);
    if (answer?.kind !== 'chat.completion') throw toNotFound(id);
    return answer;
  };
  return {
    list: (request: Request, response: Response): void => {
      const page = store.list(getOwner(response), 'chat.completion', decodeCompletionQuery(request.query));
      if (page === null) throw toNothingAfter();
      response.json(
        toListPage(
          page.items.map(({ body }) => body),
          page.hasMore,
        ),
      );
    },
    get: (request: ById, response: Response): void => {
      response.json(find(getOwner(response), request.params.id).body);
    },
    update: (request: ById, response: Response): void => {
      const owner = getOwner(response);
      const { id } = find(owner, request.params.id);
      const metadata = decodeMetadataUpdate(request.body);
      const changed = store.setMetadata(owner, id, metadata);
      if (changed === null) throw toNotFound(id);
      response.json(changed.body);
    },
    remove: (request: ById, response: Response): void => {
      const owner = getOwner(response);
      const { id } = find(owner, request.params.id);
      store.remove(owner, id);
      response.json(toDeletedCompletion(id));
    },
    listMessages: (request: ById, response: Response): void => {
      const { input } = find(getOwner(response), request.params.id);
      const page = takePage<JsonObject>(input, decodePageQuery(request.query, 'asc'));
      if (page === null) throw toNothingAfter();
      response.json(toListPage(page.items, page.hasMore));
    },
  };
};

const toNotFound = (id: string): GatewayError =>
  new GatewayError(
    'not_found',
    `Chat completion with id '${id}' not found. It was not stored, has been unused for too long, or deleted.`,
  );
