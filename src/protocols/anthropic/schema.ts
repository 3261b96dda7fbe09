import * as z from 'zod';
import { cursorParamsSchema } from '../cursor-params.ts';
import { contentSchema } from './content-schema.ts';
import { stopSequencesSchema } from '../stop-schema.ts';

/** What `POST /v1/messages/count_tokens` reads, and `POST /v1/messages` too. */
const promptShape = {
  model: z.string().nullish(),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['user', 'assistant', 'system'], 'expected one of user, assistant, system'),
        // A message of the system may do without.
        content: contentSchema.nullish(),
      }),
    )
    .min(1, 'at least one message is needed'),
  system: contentSchema.nullish(),
  tools: z.array(z.looseObject({ type: z.string().nullish() })).nullish(),
  tool_choice: z.looseObject({ type: z.string() }).nullish(),
  thinking: z.looseObject({ type: z.string() }).nullish(),
  output_config: z.looseObject({ effort: z.unknown().optional(), format: z.unknown().optional() }).nullish(),
  thread: z.unknown().optional(),
};

/** The body of `POST /v1/messages/count_tokens`, as far as Portside reads it. */
export const countRequestSchema = z.looseObject(promptShape, { error: 'expected a JSON object' });

/**
 * The body of `POST /v1/messages`, as far as Portside reads it.
 *
 * Loose, because clients send more than they need: what is not read is reported in `X-Portside-Ignored`.
 */
export const messagesRequestSchema = z.looseObject(
  {
    ...promptShape,
    // None at all fills a cache, and is no request for an answer.
    max_tokens: z.int().min(0).nullish(),
    stop_sequences: stopSequencesSchema,
    stream: z.boolean().nullish(),
    /** The older name of `output_config.format`. */
    output_format: z.unknown().optional(),
    cursor_params: cursorParamsSchema,
  },
  { error: 'expected a JSON object' },
);

export type CountRequest = z.output<typeof countRequestSchema>;
export type MessagesRequest = z.output<typeof messagesRequestSchema>;
