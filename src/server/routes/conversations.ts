import type { Request, Response } from 'express';
import type { AnswerStore } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import { decodePageQuery, PAGE_FIELDS, toListPage, toNothingAfter } from '../../protocols/list-page.ts';
import { decodeMetadataUpdate } from '../../protocols/metadata-update.ts';
import {
  decodeAddedItems,
  decodeConversation,
  toConversationObject,
  toDeletedConversation,
} from '../../protocols/openai-responses/conversations.ts';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';
import { toStoredInput } from '../../protocols/openai-responses/stored-items.ts';
import { setIgnoredQueryHeader } from '../ignored-header.ts';
import { getOwner } from '../middleware/authenticate.ts';
import { createId } from '../responses/create-id.ts';
import { resolveStored } from '../responses/item-references.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';

/** What the routes work with. */
export interface ConversationsOptions {
  readonly store: Pick<AnswerStore, 'conversations' | 'findItems'>;
  readonly keeper: Pick<AnswerKeeper, 'sweep'>;
}

type ById = Request<{ id: string }>;
type ByItemId = Request<{ id: string; itemId: string }>;

/** The handlers of `/v1/conversations` and of what is below it. */
export const conversationRoutes = ({ store, keeper }: ConversationsOptions) => {
  const { conversations } = store;

  /** In the form in which they are kept; what is only named is copied. */
  const toItems = (items: readonly ResponseItem[], owner: string): readonly JsonObject[] => {
    const resolved = resolveStored(items, [], (ids) => store.findItems(owner, ids));
    return toStoredInput(
      resolved.map((item, index) => {
        if (item !== null) return item;
        const param = `items[${index}].id`;
        const id = String(items[index]?.['id']);
        throw new GatewayError('invalid_request', `${param}: there is no item "${id}". Send the item itself.`, {
          param,
        });
      }),
      createId,
    );
  };
  const describe = (owner: string, id: string): object => {
    const conversation = conversations.find(owner, id);
    if (conversation === null) throw toNotFound(id);
    return toConversationObject(conversation);
  };

  return {
    create: (request: Request, response: Response): void => {
      const owner = getOwner(response);
      const { metadata, items } = decodeConversation(request.body);
      const conversation = { id: createId('conv'), owner, metadata, createdAt: Date.now() };
      conversations.add(conversation, toItems(items, owner));
      keeper.sweep();
      response.json(toConversationObject(conversation));
    },
    get: (request: ById, response: Response): void => {
      response.json(describe(getOwner(response), request.params.id));
    },
    update: (request: ById, response: Response): void => {
      const { id } = request.params;
      const conversation = conversations.setMetadata(getOwner(response), id, decodeMetadataUpdate(request.body));
      if (conversation === null) throw toNotFound(id);
      response.json(toConversationObject(conversation));
    },
    remove: (request: ById, response: Response): void => {
      const { id } = request.params;
      if (!conversations.remove(getOwner(response), id)) throw toNotFound(id);
      response.json(toDeletedConversation(id));
    },
    addItems: (request: ById, response: Response): void => {
      const owner = getOwner(response);
      const { id } = request.params;
      const items = toItems(decodeAddedItems(request.body), owner);
      if (!conversations.append(owner, id, items)) throw toNotFound(id);
      keeper.sweep();
      setIgnoredQueryHeader(response, request.query, []);
      response.json(toListPage(items, false));
    },
    listItems: (request: ById, response: Response): void => {
      const owner = getOwner(response);
      const { id } = request.params;
      const page = conversations.listItems(owner, id, decodePageQuery(request.query, 'desc'));
      if (page === null) throw conversations.find(owner, id) === null ? toNotFound(id) : toNothingAfter();
      setIgnoredQueryHeader(response, request.query, PAGE_FIELDS);
      response.json(toListPage(page.items, page.hasMore));
    },
    getItem: (request: ByItemId, response: Response): void => {
      const { id, itemId } = request.params;
      const item = conversations.findItem(getOwner(response), id, itemId);
      if (item === null) throw toNoItem(id, itemId);
      setIgnoredQueryHeader(response, request.query, []);
      response.json(item);
    },
    removeItem: (request: ByItemId, response: Response): void => {
      const owner = getOwner(response);
      const { id, itemId } = request.params;
      if (!conversations.removeItem(owner, id, itemId)) throw toNoItem(id, itemId);
      response.json(describe(owner, id));
    },
  };
};

const toNotFound = (id: string): GatewayError =>
  new GatewayError(
    'not_found',
    `Conversation with id '${id}' not found. It may have been unused for too long, or deleted.`,
  );

const toNoItem = (id: string, itemId: string): GatewayError =>
  new GatewayError('not_found', `Item with id '${itemId}' not found in conversation '${id}'.`);
