import * as z from 'zod';
import { manyStopsSchema } from '../stop-schema.ts';
import { keepAliveSchema } from './keep-alive.ts';

/** What both requests have. Loose, because most of it steers a model on the user's own machine. */
const commonFields = {
  model: z.string('expected the name of a model').min(1, 'expected the name of a model'),
  stream: z.boolean().nullish(),
  format: z
    .union([z.literal(['', 'json']), z.looseObject({})], { error: 'expected "json" or a JSON schema' })
    .nullish(),
  think: z
    .union([z.boolean(), z.literal(['', 'low', 'medium', 'high', 'max'])], {
      error: 'expected true, false, "low", "medium", "high" or "max"',
    })
    .nullish(),
  options: z
    .looseObject({
      stop: manyStopsSchema,
      num_predict: z.number().nullish(),
    })
    .nullish(),
  logprobs: z.boolean().nullish(),
  keep_alive: keepAliveSchema,
};

const imagesSchema = z.array(z.string()).nullish();

const callSchema = z.looseObject({
  id: z.string().nullish(),
  function: z.looseObject({
    name: z.string(),
    arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
  }),
});

/** A message of a chat, as far as Portside reads it. */
export const ollamaMessageSchema = z.looseObject({
  // Ollama takes any letters' case, and `developer` from clients that speak OpenAI's API too.
  role: z
    .string('expected one of system, user, assistant and tool')
    .toLowerCase()
    .pipe(
      z.enum(['system', 'developer', 'user', 'assistant', 'tool'], 'expected one of system, user, assistant and tool'),
    ),
  content: z.string().nullish(),
  images: imagesSchema,
  tool_calls: z.array(callSchema).nullish(),
  tool_name: z.string().nullish(),
  tool_call_id: z.string().nullish(),
});

/** The body of `POST /api/chat`, as far as Portside reads it. */
export const ollamaChatSchema = z.looseObject(
  {
    ...commonFields,
    messages: z.array(ollamaMessageSchema).nullish(),
    tools: z.array(z.looseObject({ type: z.string().default('function') })).nullish(),
  },
  { error: 'expected a JSON object' },
);

/** The body of `POST /api/generate`, as far as Portside reads it. */
export const ollamaGenerateSchema = z.looseObject(
  {
    ...commonFields,
    prompt: z.string().nullish(),
    suffix: z.string().nullish(),
    system: z.string().nullish(),
    images: imagesSchema,
  },
  { error: 'expected a JSON object' },
);

export type OllamaChatRequest = z.output<typeof ollamaChatSchema>;
export type OllamaGenerateRequest = z.output<typeof ollamaGenerateSchema>;
export type OllamaMessage = z.output<typeof ollamaMessageSchema>;
