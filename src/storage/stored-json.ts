import * as z from 'zod';
import type { JsonObject } from '../core/json-object.ts';

const objectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.unknown());

const textOf = <Value>(schema: z.ZodType<Value>) =>
  z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(schema);

/** The text of a JSON object. */
export const objectTextSchema = textOf(objectSchema);

/** The text of an array of JSON objects. */
export const objectsTextSchema = textOf(z.array(objectSchema));

/** The text of an object of strings. */
export const metadataTextSchema = textOf(z.record(z.string(), z.string()));

/** The ids of the items among these values: not everything that a wire writes has one. */
export const readIds = (values: unknown): readonly string[] =>
  Array.isArray(values) ? values.map(readId).filter((id) => id !== null) : [];

/** The first of these values that has this id, where it is an object. */
export const findById = (values: unknown, id: string): JsonObject | null => {
  const found: unknown = Array.isArray(values) ? values.find((value) => readId(value) === id) : undefined;
  return found === undefined ? null : objectSchema.parse(found);
};

const readId = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : null;
