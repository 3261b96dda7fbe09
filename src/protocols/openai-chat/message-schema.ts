import * as z from 'zod';

/** Any type of part is kept, so that decoding can refuse it by name. */
const partSchema = z.looseObject({ type: z.string() });
const contentSchema = z.union([z.string(), z.array(partSchema)], { error: 'expected a string or an array of parts' });

const functionCallSchema = z.looseObject({ name: z.string(), arguments: z.string() });
/** As with parts, only decoding looks into it. */
const toolCallSchema = z.looseObject({ id: z.string(), type: z.string().default('function') });

/** A message of the conversation, with what clients send back on an assistant's. */
export const messageSchema = z.discriminatedUnion(
  'role',
  [
    z.looseObject({ role: z.enum(['system', 'developer', 'user']), content: contentSchema.nullable() }),
    z.looseObject({
      role: z.literal('assistant'),
      content: contentSchema.nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(toolCallSchema).nullish(),
      function_call: functionCallSchema.nullish(),
    }),
    z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content: contentSchema.nullable() }),
    z.looseObject({ role: z.literal('function'), name: z.string(), content: contentSchema.nullable() }),
  ],
  { error: 'expected one of system, developer, user, assistant, tool, function' },
);

/** A call of a tool of type `function` in an assistant's message. */
export const functionToolCallSchema = z.looseObject({ function: functionCallSchema });

export type ChatMessage = z.output<typeof messageSchema>;
export type ChatContent = z.output<typeof contentSchema>;
