import * as z from 'zod';
import { cursorParamsSchema } from '../cursor-params.ts';
import { stopSchema } from '../stop-schema.ts';
import { messageSchema } from './message-schema.ts';

/**
 * The body of `POST /v1/chat/completions`, as far as Portside reads it.
 *
 * Loose, because clients send more than they need: what is not read is reported in `X-Portside-Ignored`.
 */
export const chatRequestSchema = z.looseObject(
  {
    model: z.string().nullish(),
    messages: z.array(messageSchema).min(1, 'at least one message is needed'),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    n: z.int().min(1).nullish(),
    tools: z.array(z.looseObject({ type: z.string().default('function') })).nullish(),
    tool_choice: z
      .union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: z.string() })], {
        error: 'expected "none", "auto", "required" or an object with a type',
      })
      .nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    functions: z.array(z.unknown()).nullish(),
    function_call: z
      .union([z.enum(['none', 'auto']), z.looseObject({ name: z.string() })], {
        error: 'expected "none", "auto" or an object with a name',
      })
      .nullish(),
    stop: stopSchema,
    max_tokens: z.int().min(1).nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    response_format: z.looseObject({ type: z.string() }).nullish(),
    reasoning_effort: z.string().nullish(),
    cursor_params: cursorParamsSchema,
    store: z.boolean().nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().nullish(),
    modalities: z.array(z.string()).nullish(),
    audio: z.looseObject({}).nullish(),
  },
  { error: 'expected a JSON object' },
);

export type ChatRequest = z.output<typeof chatRequestSchema>;
