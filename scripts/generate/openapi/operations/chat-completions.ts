import { metadataUpdateSchema } from '../../../../src/protocols/metadata-update.ts';
import { chatRequestSchema } from '../../../../src/protocols/openai-chat/schema.ts';
import { chatCompletion, storedChatCompletion, storedMessage, toDeleted, toPage } from '../answers/openai.ts';
import { BODY_ERRORS, RUN_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS, RUN_HEADERS } from '../headers.ts';
import { PAGE_QUERY, STORED_QUERY } from '../queries.ts';
import type { Operation, Tag } from '../operation.ts';
import { EVENT_STREAM, json, jsonOrStream } from './answer.ts';

/** Chat Completions under a prefix. */
export const toChatCompletion = (prefix: string, id: string, tag: Tag): Operation => ({
  method: 'post',
  path: `${prefix}/chat/completions`,
  id,
  tag,
  summary: 'Create a chat completion',
  description:
    'Calls of function tools are answered by sending the conversation again, with the results at its end. Fields that have no effect are named in `X-Portside-Ignored`.',
  form: 'OpenAi',
  headers: RUN_HEADERS,
  body: {
    name: 'CreateChatCompletion',
    schema: chatRequestSchema,
    example: { model: 'auto', messages: [{ role: 'user', content: 'Say hello in three words.' }] },
  },
  answers: jsonOrStream(chatCompletion, {
    description: 'The answer; with `stream: true` as chunks, and `data: [DONE]` at the end.',
    type: EVENT_STREAM,
    stream:
      'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"composer-2.5","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"logprobs":null,"finish_reason":null}]}\n\ndata: [DONE]\n\n',
  }),
  errors: RUN_ERRORS,
});

const stored = { tag: 'Chat Completions', form: 'OpenAi', headers: PLAIN_HEADERS } as const;
const ONE = '/v1/chat/completions/{id}';

export const CHAT_COMPLETIONS: readonly Operation[] = [
  toChatCompletion('/v1', 'createChatCompletion', 'Chat Completions'),
  {
    ...stored,
    method: 'get',
    path: '/v1/chat/completions',
    id: 'listChatCompletions',
    summary: 'List stored chat completions',
    description: 'Those that were asked for with `store: true`. `metadata[key]=value` lists those that have all pairs.',
    query: STORED_QUERY,
    answers: json(toPage(storedChatCompletion, 'StoredChatCompletionList'), 'A page of the list.'),
    errors: ['invalid_request'],
  },
  {
    ...stored,
    method: 'get',
    path: ONE,
    id: 'getChatCompletion',
    summary: 'Get a stored chat completion',
    answers: json(storedChatCompletion, 'The stored answer.'),
    errors: ['not_found'],
  },
  {
    ...stored,
    method: 'post',
    path: ONE,
    id: 'updateChatCompletion',
    summary: 'Give a stored chat completion other metadata',
    body: { name: 'UpdateMetadata', schema: metadataUpdateSchema, example: { metadata: { topic: 'harbours' } } },
    answers: json(storedChatCompletion, 'The stored answer with its new metadata.'),
    errors: [...BODY_ERRORS, 'not_found'],
  },
  {
    ...stored,
    method: 'delete',
    path: ONE,
    id: 'deleteChatCompletion',
    summary: 'Delete a stored chat completion',
    answers: json(toDeleted('chat.completion.deleted'), 'It is gone.'),
    errors: ['not_found'],
  },
  {
    ...stored,
    method: 'get',
    path: `${ONE}/messages`,
    id: 'listChatCompletionMessages',
    summary: 'List the messages of a stored chat completion',
    query: PAGE_QUERY,
    answers: json(toPage(storedMessage, 'StoredChatMessageList'), 'A page of the messages that were sent.'),
    errors: ['invalid_request', 'not_found'],
  },
];
