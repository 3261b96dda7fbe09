import * as z from 'zod';
import { toFunctionSchema } from '../decode-function.ts';

/**
 * Any type of tool is kept, so that decoding can refuse or leave it out by name. The fields of several types that have no effect
 * are checked all the same, as the response repeats them.
 */
export const toolSchema = z.looseObject({
  type: z.string({ error: 'expected the type of the tool' }),
  defer_loading: z.boolean().nullish(),
  output_schema: z.looseObject({}).nullish(),
  allowed_callers: z.array(z.string()).nullish(),
});

const WRONG_NAME = 'expected 1 to 128 of a-z, A-Z, 0-9, _ and -';

/** Clients that know Chat Completions alone put the fields of a function into an object of its own. */
const functionName = z
  .string({ error: `${WRONG_NAME}; here the name stands beside the type, not inside of function` })
  .regex(/^[a-zA-Z0-9_-]{1,128}$/, WRONG_NAME);

export const functionToolSchema = toFunctionSchema(functionName);

export const customToolSchema = z.looseObject({
  name: z.string().min(1, 'expected a name').max(128, 'expected at most 128 characters'),
  description: z.string().nullish(),
  format: z.looseObject({ type: z.string() }).nullish(),
});

export const grammarSchema = z.looseObject({ syntax: z.enum(['lark', 'regex']), definition: z.string() });

export const namespaceSchema = z.looseObject({
  name: z.string().min(1, 'expected a name').max(128, 'expected at most 128 characters'),
  description: z.string().nullish(),
  tools: z.array(toolSchema),
});

export type SentTool = z.output<typeof toolSchema>;
