import { completionRequestSchema } from '../../../../src/protocols/openai-completions/schema.ts';
import { textCompletion } from '../answers/openai.ts';
import { RUN_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS, RUN_HEADERS } from '../headers.ts';
import type { Operation } from '../operation.ts';
import { EVENT_STREAM, jsonOrStream } from './answer.ts';

export const COMPLETIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/completions',
    id: 'createCompletion',
    tag: 'Completions',
    summary: 'Continue a text, or fill a gap in it',
    description: 'With `suffix` the model is told to write what stands between the two.',
    form: 'OpenAi',
    headers: RUN_HEADERS,
    body: {
      name: 'CreateCompletion',
      schema: completionRequestSchema,
      example: { model: 'auto', prompt: 'The lighthouse at the harbour', max_tokens: 50 },
    },
    answers: jsonOrStream(textCompletion, {
      description: 'The text; with `stream: true` as chunks, and `data: [DONE]` at the end.',
      type: EVENT_STREAM,
      stream:
        'data: {"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"composer-2.5","choices":[{"text":" was","index":0,"logprobs":null,"finish_reason":null}]}\n\ndata: [DONE]\n\n',
    }),
    errors: RUN_ERRORS,
  },
  {
    method: 'post',
    path: '/v1/embeddings',
    id: 'createEmbedding',
    tag: 'Completions',
    summary: 'Embeddings (refused)',
    description: 'Cursor has no embedding models. Use another server for embeddings.',
    form: 'OpenAi',
    headers: PLAIN_HEADERS,
    answers: {},
    errors: ['not_implemented'],
  },
];
