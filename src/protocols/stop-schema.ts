import * as z from 'zod';

/** The text that is held back while a sequence may be coming is as long as the sequence. */
const sequenceSchema = z.string().max(1000, 'expected at most 1000 characters');

/** `stop` as OpenAI's wires have it: one sequence, or up to four. */
export const stopSchema = z
  .union([sequenceSchema, z.array(sequenceSchema).max(4)], {
    error: 'expected a string or an array of at most 4 strings',
  })
  .nullish();

/** The sequences that were sent. Empty ones are dropped, as every answer begins with one. */
export const toStopSequences = (stop: z.output<typeof stopSchema>): readonly string[] =>
  (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((sequence) => sequence !== '');
