import { countRequestSchema, messagesRequestSchema } from '../../../../src/protocols/anthropic/schema.ts';
import { message, messageTokens } from '../answers/anthropic.ts';
import { BODY_ERRORS, RUN_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS, RUN_HEADERS } from '../headers.ts';
import type { Operation } from '../operation.ts';
import { EVENT_STREAM, json, jsonOrStream } from './answer.ts';

const MESSAGES_EXAMPLE = [{ role: 'user', content: 'Say hello in three words.' }];

export const MESSAGES: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/messages',
    id: 'createMessage',
    tag: 'Messages',
    summary: 'Create a message',
    description:
      "Names of Anthropic's models stand for the nearest one that your account has; `X-Portside-Model` tells which.",
    form: 'Anthropic',
    headers: [...RUN_HEADERS, 'AnthropicVersion', 'AnthropicBeta'],
    body: {
      name: 'CreateMessage',
      schema: messagesRequestSchema,
      example: { model: 'sonnet', max_tokens: 1024, messages: MESSAGES_EXAMPLE },
    },
    answers: jsonOrStream(message, {
      description: 'The message; with `stream: true` as its events, with `ping` while nothing comes.',
      type: EVENT_STREAM,
      stream:
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}\n\n',
    }),
    errors: [...RUN_ERRORS, 'unsupported_tool', 'thread_unsupported_request'],
  },
  {
    method: 'post',
    path: '/v1/messages/count_tokens',
    id: 'countMessageTokens',
    tag: 'Messages',
    summary: 'Count the tokens of a message',
    form: 'Anthropic',
    headers: [...PLAIN_HEADERS, 'AnthropicVersion', 'AnthropicBeta'],
    answerHeaders: ['X-Portside-Ignored'],
    body: {
      name: 'CountMessageTokens',
      schema: countRequestSchema,
      example: { model: 'sonnet', messages: MESSAGES_EXAMPLE },
    },
    answers: json(messageTokens, 'The number of tokens, an estimate.', { input_tokens: 9 }),
    errors: [...BODY_ERRORS, 'unsupported_value', 'unsupported_tool', 'thread_unsupported_request', 'invalid_image'],
  },
];
