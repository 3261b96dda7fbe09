import { metadataUpdateSchema } from '../../../../src/protocols/metadata-update.ts';
import { addedItemsSchema, conversationSchema } from '../../../../src/protocols/openai-responses/conversations.ts';
import { conversation, responseItem, responseItems } from '../answers/responses.ts';
import { toDeleted } from '../answers/openai.ts';
import { BODY_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS } from '../headers.ts';
import { PAGE_QUERY } from '../queries.ts';
import type { Operation } from '../operation.ts';
import { json } from './answer.ts';

const ofConversations = { tag: 'Conversations', form: 'Responses', headers: PLAIN_HEADERS } as const;
const ONE = '/v1/conversations/{id}';
const ITEM = `${ONE}/items/{item_id}`;
const ITEMS = [{ type: 'message', role: 'user', content: 'What is a harbour?' }];

export const CONVERSATIONS: readonly Operation[] = [
  {
    ...ofConversations,
    method: 'post',
    path: '/v1/conversations',
    id: 'createConversation',
    summary: 'Create a conversation',
    body: {
      name: 'CreateConversation',
      schema: conversationSchema,
      isOptional: true,
      example: { metadata: { topic: 'harbours' }, items: ITEMS },
    },
    answers: json(conversation, 'The new conversation.'),
    errors: [...BODY_ERRORS, 'unsupported_value'],
  },
  {
    ...ofConversations,
    method: 'get',
    path: ONE,
    id: 'getConversation',
    summary: 'Get a conversation',
    answers: json(conversation, 'The conversation, without its items.'),
    errors: ['not_found'],
  },
  {
    ...ofConversations,
    method: 'post',
    path: ONE,
    id: 'updateConversation',
    summary: 'Give a conversation other metadata',
    body: { name: 'UpdateMetadata', schema: metadataUpdateSchema, example: { metadata: { topic: 'harbours' } } },
    answers: json(conversation, 'The conversation with its new metadata.'),
    errors: [...BODY_ERRORS, 'not_found'],
  },
  {
    ...ofConversations,
    method: 'delete',
    path: ONE,
    id: 'deleteConversation',
    summary: 'Delete a conversation',
    answers: json(toDeleted('conversation.deleted'), 'It is gone, with its items.'),
    errors: ['not_found'],
  },
  {
    ...ofConversations,
    method: 'get',
    path: `${ONE}/items`,
    id: 'listConversationItems',
    summary: 'List the items of a conversation',
    query: PAGE_QUERY,
    answerHeaders: ['X-Portside-Ignored'],
    answers: json(responseItems, 'A page of the items.'),
    errors: ['invalid_request', 'not_found'],
  },
  {
    ...ofConversations,
    method: 'post',
    path: `${ONE}/items`,
    id: 'addConversationItems',
    summary: 'Add items to a conversation',
    body: { name: 'AddConversationItems', schema: addedItemsSchema, example: { items: ITEMS } },
    answerHeaders: ['X-Portside-Ignored'],
    answers: json(responseItems, 'The items that were added.'),
    errors: [...BODY_ERRORS, 'unsupported_value', 'not_found'],
  },
  {
    ...ofConversations,
    method: 'get',
    path: ITEM,
    id: 'getConversationItem',
    summary: 'Get an item of a conversation',
    answerHeaders: ['X-Portside-Ignored'],
    answers: json(responseItem, 'The item.'),
    errors: ['not_found'],
  },
  {
    ...ofConversations,
    method: 'delete',
    path: ITEM,
    id: 'deleteConversationItem',
    summary: 'Delete an item of a conversation',
    answers: json(conversation, 'The conversation without it.'),
    errors: ['not_found'],
  },
];
