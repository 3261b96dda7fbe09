import * as z from 'zod';
import { cursorParamsSchema } from '../cursor-params.ts';
import { metadataSchema } from '../metadata-schema.ts';
import { toolSchema } from './tool-schema.ts';

/** Which levels there are is the engine's to say, in whatever case; the response repeats them as OpenAI writes them. */
const effortSchema = z.string().toLowerCase().nullish();
const summarySchema = z.enum(['auto', 'concise', 'detailed']).nullish();

/**
 * The body of `POST /v1/responses`, of `…/input_tokens` and of `…/compact`, as far as Portside reads or repeats it. Schema
 * `CreateResponse` of OpenAI's OpenAPI file.
 *
 * Loose, because clients send more than they need: what has no effect is reported in `X-Portside-Ignored`.
 */
export const responseRequestSchema = z.looseObject(
  {
    model: z.string().nullish(),
    input: z.union([z.string(), z.array(z.unknown())], { error: 'expected a string or an array of items' }).nullish(),
    instructions: z.string().nullish(),
    previous_response_id: z.string().nullish(),
    conversation: z
      .union([z.string(), z.looseObject({ id: z.string() })], { error: 'expected an id, or an object with one' })
      .nullish(),
    stream: z.boolean().nullish(),
    background: z.boolean().nullish(),
    store: z.boolean().nullish(),
    generate: z.boolean().nullish(),
    max_output_tokens: z.int().min(1).nullish(),
    max_tool_calls: z.int().min(1).nullish(),
    text: z
      .looseObject({
        format: z.looseObject({ type: z.string() }).nullish(),
        verbosity: z.enum(['low', 'medium', 'high']).nullish(),
      })
      .nullish(),
    reasoning: z
      .looseObject({ effort: effortSchema, summary: summarySchema, generate_summary: summarySchema })
      .nullish(),
    tools: z.array(toolSchema).nullish(),
    tool_choice: z.unknown().optional(),
    parallel_tool_calls: z.boolean().nullish(),
    include: z.array(z.string()).nullish(),
    metadata: metadataSchema.nullish(),
    cursor_params: cursorParamsSchema,
    prompt: z.unknown().optional(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    presence_penalty: z.number().nullish(),
    frequency_penalty: z.number().nullish(),
    truncation: z.enum(['auto', 'disabled']).nullish(),
    safety_identifier: z.string().max(64, 'expected at most 64 characters').nullish(),
    prompt_cache_key: z.string().nullish(),
    user: z.string().nullish(),
  },
  { error: 'expected a JSON object' },
);

export type ResponseRequest = z.output<typeof responseRequestSchema>;
