import * as z from 'zod';

/** A text part; any other type is kept, so that decoding can refuse it by name. */
const partSchema = z.looseObject({ type: z.string() });
const contentSchema = z.union([z.string(), z.array(partSchema)], { error: 'expected a string or an array of parts' });

const toolCallSchema = z.looseObject({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const messageSchema = z.discriminatedUnion(
  'role',
  [
    z.looseObject({ role: z.enum(['system', 'developer', 'user']), content: contentSchema.nullable() }),
    z.looseObject({
      role: z.literal('assistant'),
      content: contentSchema.nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(toolCallSchema).nullish(),
    }),
    z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content: contentSchema.nullable() }),
  ],
  { error: 'expected one of system, developer, user, assistant, tool' },
);

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
    tools: z.array(z.unknown()).nullish(),
    functions: z.array(z.unknown()).nullish(),
    response_format: z.looseObject({ type: z.string() }).nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().nullish(),
    modalities: z.array(z.string()).nullish(),
    audio: z.looseObject({}).nullish(),
  },
  { error: 'expected a JSON object' },
);

export type ChatRequest = z.output<typeof chatRequestSchema>;
export type ChatMessage = ChatRequest['messages'][number];
