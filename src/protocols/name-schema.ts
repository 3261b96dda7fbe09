import * as z from 'zod';

/** The name of a function or of an answer's schema, by OpenAI's grammar. */
export const nameSchema = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'expected 1 to 64 of a-z, A-Z, 0-9, _ and -');
