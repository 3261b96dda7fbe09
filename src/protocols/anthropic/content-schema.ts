import * as z from 'zod';

/** Any type of block is kept, so that decoding can refuse or leave it out by name. */
const blockSchema = z.looseObject({ type: z.string() });

/** What a message, a system prompt or the result of a tool says. */
export const contentSchema = z.union([z.string(), z.array(blockSchema)], {
  error: 'expected a string or an array of blocks',
});

export const textBlockSchema = z.looseObject({ text: z.string() });
export const imageBlockSchema = z.looseObject({ source: z.looseObject({ type: z.string() }) });
export const base64SourceSchema = z.looseObject({ media_type: z.string(), data: z.string() });
export const urlSourceSchema = z.looseObject({ url: z.string() });
export const documentBlockSchema = z.looseObject({
  source: z.looseObject({ type: z.string() }),
  title: z.string().nullish(),
  context: z.string().nullish(),
});
export const textSourceSchema = z.looseObject({ data: z.string() });
export const contentSourceSchema = z.looseObject({ content: contentSchema });
export const searchResultSchema = z.looseObject({ source: z.string(), title: z.string(), content: contentSchema });
export const toolReferenceSchema = z.looseObject({ tool_name: z.string() });
export const compactionSchema = z.looseObject({ content: z.string().nullish() });
export const toolUseSchema = z.looseObject({ id: z.string(), name: z.string(), input: z.unknown().optional() });
export const toolResultSchema = z.looseObject({
  tool_use_id: z.string(),
  content: contentSchema.nullish(),
  is_error: z.boolean().nullish(),
});

export type SentContent = z.output<typeof contentSchema>;
export type SentBlock = z.output<typeof blockSchema>;
