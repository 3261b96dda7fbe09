import * as z from 'zod';

/** Pairs that a client attaches to what is stored. OpenAI's limits: 16 pairs, keys of 64 and values of 512 characters. */
export const metadataSchema = z
  .record(z.string(), z.string().max(512, 'expected at most 512 characters'), {
    error: 'expected an object of strings',
  })
  // Not by the schema of the keys: the error of a record's key does not say what is wrong with it, and names the key, however long.
  .refine(
    (metadata) => Object.keys(metadata).every((key) => key.length <= 64),
    'expected keys of at most 64 characters',
  )
  .refine((metadata) => Object.keys(metadata).length <= 16, 'expected at most 16 pairs');
