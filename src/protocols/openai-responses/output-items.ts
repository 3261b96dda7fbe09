import * as z from 'zod';
import type { ResponseItem } from './response-object.ts';

const messageSchema = z.looseObject({
  type: z.literal('message'),
  id: z.string(),
  content: z.array(z.looseObject({ type: z.literal('output_text'), text: z.string() })),
});
const reasoningSchema = z.looseObject({
  type: z.literal('reasoning'),
  id: z.string(),
  summary: z.array(z.looseObject({ type: z.literal('summary_text'), text: z.string() })),
});
const functionCallSchema = z.looseObject({
  type: z.literal('function_call'),
  id: z.string(),
  name: z.string(),
  arguments: z.string(),
});
const customCallSchema = z.looseObject({
  type: z.literal('custom_tool_call'),
  id: z.string(),
  input: z.string(),
});
const outputItemSchema = z.discriminatedUnion('type', [
  messageSchema,
  reasoningSchema,
  functionCallSchema,
  customCallSchema,
]);

/** An item whose parts a stream tells one by one: a message, reasoning, a function call or a custom tool call. */
export type OutputItem = z.infer<typeof outputItemSchema>;

/** Knows an item by its form; `null` where it is one of another kind. */
export const readOutputItem = (item: ResponseItem): OutputItem | null => outputItemSchema.safeParse(item).data ?? null;

/** The item as a stream announces it: with nothing in it. One of another kind stays as it is. */
export const toEmptyItem = (item: ResponseItem): ResponseItem => {
  switch (item.type) {
    case 'message':
      return { ...item, status: 'in_progress', content: [] };
    case 'reasoning':
      return { ...item, status: 'in_progress', summary: [] };
    case 'function_call':
      return { ...item, status: 'in_progress', arguments: '' };
    case 'custom_tool_call':
      return { ...item, status: 'in_progress', input: '' };
    default:
      return item;
  }
};
