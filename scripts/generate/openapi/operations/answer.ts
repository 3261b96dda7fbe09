import type * as z from 'zod';
import type { Answer } from '../operation.ts';

/** An answer of JSON. */
export const json = (schema: z.ZodType, description: string, example?: unknown): Record<'200', Answer> => ({
  '200': {
    description,
    content: { 'application/json': schema },
    ...(example !== undefined && { examples: { 'application/json': example } }),
  },
});

/** An answer of JSON, or of a stream where one is asked for. */
export const jsonOrStream = (
  schema: z.ZodType,
  { description, type, stream }: { readonly description: string; readonly type: string; readonly stream: string },
): Record<'200', Answer> => ({
  '200': {
    description,
    content: { 'application/json': schema, [type]: null },
    examples: { [type]: stream },
  },
});

export const EVENT_STREAM = 'text/event-stream';
