import * as z from 'zod';
import { cursorParamsSchema } from '../cursor-params.ts';
import { manyStopsSchema } from '../stop-schema.ts';

/**
 * The body of `POST /v1/completions`, as far as Portside reads it.
 *
 * Loose, because clients send more than they need: what is not read is reported in `X-Portside-Ignored`. Prompts of token ids
 * are kept, so that decoding can refuse them by name.
 */
export const completionRequestSchema = z.looseObject(
  {
    model: z.string().nullish(),
    prompt: z.union([z.string(), z.array(z.union([z.string(), z.int(), z.array(z.int())]))], {
      error: 'expected a string or an array of strings',
    }),
    suffix: z.string().nullish(),
    echo: z.boolean().nullish(),
    n: z.int('expected a whole number').min(1, 'expected a number of at least 1').nullish(),
    best_of: z.int('expected a whole number').min(0, 'expected a number of at least 0').nullish(),
    stop: manyStopsSchema,
    /** No answer for `0`, no limit for `-1`, as with llama.cpp. */
    max_tokens: z
      .int('expected a whole number')
      .min(-1, 'expected a number of at least 0, or -1 for no limit')
      .nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    logprobs: z.union([z.int(), z.boolean()]).nullish(),
    reasoning_effort: z.string().nullish(),
    cursor_params: cursorParamsSchema,
  },
  { error: 'expected a JSON object' },
);

export type CompletionRequest = z.output<typeof completionRequestSchema>;
