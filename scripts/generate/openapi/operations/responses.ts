import * as z from 'zod';
import * as items from '../../../../src/protocols/openai-responses/item-schema.ts';
import { responseRequestSchema } from '../../../../src/protocols/openai-responses/schema.ts';
import { compaction, inputTokens, response, responseItems } from '../answers/responses.ts';
import { toDeleted } from '../answers/openai.ts';
import { BODY_ERRORS, RUN_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS, RUN_HEADERS } from '../headers.ts';
import { PAGE_QUERY, RETRIEVAL_QUERY } from '../queries.ts';
import type { Operation } from '../operation.ts';
import { EVENT_STREAM, json, jsonOrStream } from './answer.ts';

/** What the input of a response is made of, by the schemas that each item is checked with. */
export const inputItem = z
  .union([
    z.looseObject({ type: z.literal('message').optional(), ...items.messageSchema.shape }),
    z.looseObject({ type: z.literal('function_call'), ...items.functionCallSchema.shape }),
    z.looseObject({ type: z.literal('custom_tool_call'), ...items.customCallSchema.shape }),
    z.looseObject({
      type: z.enum(['function_call_output', 'custom_tool_call_output']),
      ...items.callOutputSchema.shape,
    }),
    z.looseObject({ type: z.literal('reasoning'), ...items.reasoningSchema.shape }),
    z.looseObject({ type: z.literal('item_reference').optional(), ...items.referenceSchema.shape }),
    z.looseObject({ type: z.literal('compaction'), ...items.compactionSchema.shape }),
    z.looseObject({ type: z.literal('additional_tools'), ...items.additionalToolsSchema.shape }),
  ])
  .meta({
    unusedIO: 'input',
    description: 'An item of the conversation. Items of tools that OpenAI runs are left out.',
  });

const ofResponses = { tag: 'Responses', form: 'Responses' } as const;
const ONE = '/v1/responses/{id}';
const REQUEST_ERRORS = ['previous_response_not_found', 'unsupported_tool'] as const;
const EXAMPLE = { model: 'auto', input: 'Say hello in three words.' };

/** What counting looks at. */
const countSchema = responseRequestSchema.pick({
  model: true,
  input: true,
  instructions: true,
  previous_response_id: true,
  conversation: true,
  tools: true,
  tool_choice: true,
});
const compactSchema = responseRequestSchema.pick({
  model: true,
  input: true,
  instructions: true,
  previous_response_id: true,
  conversation: true,
  tools: true,
  reasoning: true,
  cursor_params: true,
});

export const RESPONSES: readonly Operation[] = [
  {
    ...ofResponses,
    method: 'post',
    path: '/v1/responses',
    id: 'createResponse',
    summary: 'Create a response',
    description:
      'It goes on by `previous_response_id`, by `conversation`, or by all items again. With `background: true` it is answered at once and runs on.',
    headers: RUN_HEADERS,
    body: { name: 'CreateResponse', schema: responseRequestSchema, example: EXAMPLE },
    answers: jsonOrStream(response, {
      description: 'The response; with `stream: true` as its events, the last of which has all of it.',
      type: EVENT_STREAM,
      stream:
        'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello","logprobs":[]}\n\n',
    }),
    errors: [...RUN_ERRORS, ...REQUEST_ERRORS],
  },
  {
    ...ofResponses,
    method: 'get',
    path: '/v1/responses',
    id: 'openResponsesSocket',
    summary: 'Open a WebSocket',
    description:
      'Takes `response.create` as messages and sends the events of a stream. Without an upgrade it is refused.',
    headers: PLAIN_HEADERS,
    answers: { '101': { description: 'The connection is a WebSocket.', content: {} } },
    errors: ['upgrade_required', 'too_many_websockets'],
  },
  {
    ...ofResponses,
    method: 'post',
    path: '/v1/responses/input_tokens',
    id: 'countResponseInput',
    summary: 'Count the tokens of an input',
    headers: PLAIN_HEADERS,
    body: { name: 'CountResponseInput', schema: countSchema, example: EXAMPLE },
    answerHeaders: ['X-Portside-Ignored'],
    answers: json(inputTokens, 'The number of tokens, an estimate.', {
      object: 'response.input_tokens',
      input_tokens: 9,
    }),
    errors: [...BODY_ERRORS, ...REQUEST_ERRORS, 'unsupported_value', 'model_not_found'],
  },
  {
    ...ofResponses,
    method: 'post',
    path: '/v1/responses/compact',
    id: 'compactResponse',
    summary: 'Make a conversation shorter',
    description: 'The model sums it up; the output takes the place of the items.',
    headers: PLAIN_HEADERS,
    body: {
      name: 'CompactResponse',
      schema: compactSchema,
      example: { model: 'auto', input: [{ role: 'user', content: 'What is a harbour?' }] },
    },
    answerHeaders: ['X-Portside-Model', 'X-Portside-Ignored'],
    answers: json(compaction, 'The shorter conversation.'),
    errors: [...RUN_ERRORS, ...REQUEST_ERRORS],
  },
  {
    ...ofResponses,
    method: 'get',
    path: ONE,
    id: 'getResponse',
    summary: 'Get a stored response, or go on with its stream',
    headers: PLAIN_HEADERS,
    query: RETRIEVAL_QUERY,
    answerHeaders: ['X-Portside-Ignored'],
    answers: jsonOrStream(response, {
      description:
        'The response as it is now; with `stream=true` its events from the start or behind `starting_after`.',
      type: EVENT_STREAM,
      stream:
        'event: response.completed\ndata: {"type":"response.completed","sequence_number":9,"response":{"id":"resp_1"}}\n\n',
    }),
    errors: ['invalid_request', 'not_found', 'conflict'],
  },
  {
    ...ofResponses,
    method: 'delete',
    path: ONE,
    id: 'deleteResponse',
    summary: 'Delete a stored response',
    headers: PLAIN_HEADERS,
    answers: json(toDeleted('response'), 'It is gone.'),
    errors: ['not_found', 'conflict'],
  },
  {
    ...ofResponses,
    method: 'post',
    path: `${ONE}/cancel`,
    id: 'cancelResponse',
    summary: 'Cancel a background response',
    headers: PLAIN_HEADERS,
    answers: json(response, 'The response, which is cancelled.'),
    errors: ['invalid_request', 'not_found', 'conflict'],
  },
  {
    ...ofResponses,
    method: 'get',
    path: `${ONE}/input_items`,
    id: 'listResponseInput',
    summary: 'List the input of a stored response',
    headers: PLAIN_HEADERS,
    query: PAGE_QUERY,
    answerHeaders: ['X-Portside-Ignored'],
    answers: json(responseItems, 'A page of the items.'),
    errors: ['invalid_request', 'not_found'],
  },
];
