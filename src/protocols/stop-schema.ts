import * as z from 'zod';

/** The text that is held back while a sequence may be coming is as long as the sequence. */
const MAX_LENGTH = 1000;

/** Every character of an answer is held against each of them. Tools that fill gaps send a dozen and more. */
const MAX_COUNT = 100;

/** What Chat Completions takes, as OpenAI's does. */
const MAX_COUNT_OF_CHAT = 4;

const sequenceSchema = z.string().max(MAX_LENGTH, `expected at most ${MAX_LENGTH} characters`);

const toSequencesSchema = (maxCount: number) =>
  z.array(sequenceSchema).max(maxCount, `expected at most ${maxCount} sequences`);

const toStopSchema = (maxCount: number) =>
  z
    .union([sequenceSchema, toSequencesSchema(maxCount)], {
      error: `expected a string or an array of at most ${maxCount} strings, of at most ${MAX_LENGTH} characters each`,
    })
    .nullish();

/** `stop` of Chat Completions: one sequence, or up to four. */
export const stopSchema = toStopSchema(MAX_COUNT_OF_CHAT);

/** `stop` of the wires that take more: one sequence, or up to a hundred. */
export const manyStopsSchema = toStopSchema(MAX_COUNT);

/** Up to a hundred sequences, for wires that take nothing but an array. */
export const stopSequencesSchema = toSequencesSchema(MAX_COUNT).nullish();

/** The sequences that were sent. Empty ones are dropped, as every answer begins with one. */
export const toStopSequences = (stop: z.output<typeof stopSchema>): readonly string[] =>
  (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((sequence) => sequence !== '');
