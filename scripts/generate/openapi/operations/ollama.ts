import type * as z from 'zod';
import { ollamaShowSchema } from '../../../../src/protocols/ollama/decode-show.ts';
import { ollamaChatSchema, ollamaGenerateSchema } from '../../../../src/protocols/ollama/schema.ts';
import {
  ollamaChat,
  ollamaGenerate,
  ollamaModel,
  ollamaRunning,
  ollamaTags,
  ollamaVersion,
} from '../answers/ollama.ts';
import { BODY_ERRORS, CURSOR_ERRORS, RUN_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS, RUN_HEADERS } from '../headers.ts';
import type { Operation } from '../operation.ts';
import { json, jsonOrStream } from './answer.ts';

const ofOllama = { tag: 'Ollama', form: 'Ollama', headers: PLAIN_HEADERS } as const;

const toAnswerOperation = (
  kind: 'chat' | 'generate',
  body: NonNullable<Operation['body']>,
  answer: z.ZodType,
): Operation => ({
  ...ofOllama,
  method: 'post',
  path: `/api/${kind}`,
  id: kind === 'chat' ? 'ollamaChat' : 'ollamaGenerate',
  summary: kind === 'chat' ? 'Chat' : 'Generate',
  description: 'A stream, unless `stream` is false.',
  headers: RUN_HEADERS,
  body,
  answers: jsonOrStream(answer, {
    description:
      'With `stream: false` the whole answer; otherwise a line of JSON for each piece of it, the last with `done: true`.',
    type: 'application/x-ndjson',
    stream:
      kind === 'chat'
        ? '{"model":"composer-2.5:latest","created_at":"2026-01-01T00:00:00.000Z","message":{"role":"assistant","content":"Hello"},"done":false}\n'
        : '{"model":"composer-2.5:latest","created_at":"2026-01-01T00:00:00.000Z","response":"Hello","done":false}\n',
  }),
  errors: RUN_ERRORS,
});

/** What a machine's own models would be managed with. */
const REFUSED: readonly (readonly [method: Operation['method'], path: string, id: string, summary: string])[] = [
  ['post', '/api/embed', 'ollamaEmbed', 'Embeddings'],
  ['post', '/api/embeddings', 'ollamaEmbeddings', 'Embeddings, the older way'],
  ['post', '/api/pull', 'ollamaPull', 'Download a model'],
  ['post', '/api/push', 'ollamaPush', 'Upload a model'],
  ['post', '/api/create', 'ollamaCreate', 'Create a model'],
  ['post', '/api/copy', 'ollamaCopy', 'Copy a model'],
  ['delete', '/api/delete', 'ollamaDelete', 'Delete a model'],
  ['head', '/api/blobs/{digest}', 'ollamaHasBlob', 'Look for a part of a model'],
  ['post', '/api/blobs/{digest}', 'ollamaAddBlob', 'Upload a part of a model'],
];

const toRefused = (method: Operation['method'], path: string, id: string, summary: string): Operation => ({
  ...ofOllama,
  method,
  path,
  id,
  summary: `${summary} (refused)`,
  description: path.startsWith('/api/embed')
    ? 'Cursor has no embedding models. Use another server for embeddings.'
    : "The models are Cursor's: there is nothing to download, create, copy or delete.",
  answers: {},
  errors: ['not_implemented'],
});

export const OLLAMA: readonly Operation[] = [
  toAnswerOperation(
    'chat',
    {
      name: 'OllamaChat',
      schema: ollamaChatSchema,
      example: {
        model: 'auto',
        messages: [{ role: 'user', content: 'Say hello in three words.' }],
        stream: false,
      },
    },
    ollamaChat,
  ),
  toAnswerOperation(
    'generate',
    {
      name: 'OllamaGenerate',
      schema: ollamaGenerateSchema,
      example: { model: 'auto', prompt: 'Say hello in three words.', stream: false },
    },
    ollamaGenerate,
  ),
  {
    ...ofOllama,
    method: 'get',
    path: '/api/tags',
    id: 'ollamaTags',
    summary: 'List models',
    answers: json(ollamaTags, 'The models of your account.'),
    errors: CURSOR_ERRORS,
  },
  {
    ...ofOllama,
    method: 'post',
    path: '/api/show',
    id: 'ollamaShow',
    summary: 'Show a model',
    body: { name: 'OllamaShow', schema: ollamaShowSchema, example: { model: 'composer-2.5' } },
    answerHeaders: ['X-Portside-Ignored'],
    answers: json(ollamaModel, 'The model.'),
    errors: [...BODY_ERRORS, ...CURSOR_ERRORS],
  },
  {
    ...ofOllama,
    method: 'get',
    path: '/api/ps',
    id: 'ollamaRunning',
    summary: 'List models in use',
    answers: json(ollamaRunning, 'The models that were used a short while ago.'),
    errors: [],
  },
  {
    ...ofOllama,
    method: 'get',
    path: '/api/version',
    id: 'ollamaVersion',
    summary: "Version of Ollama's API",
    answers: json(ollamaVersion, 'The version that this server follows.'),
    errors: [],
  },
  ...REFUSED.map(([method, path, id, summary]) => toRefused(method, path, id, summary)),
];
