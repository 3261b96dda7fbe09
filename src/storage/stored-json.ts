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

/** The id of an item; empty where it has none: not everything that a wire writes has one. */
export const readId = (item: JsonObject): string => (typeof item['id'] === 'string' ? item['id'] : '');

/** The items of these lists by their ids, the first one of each; references are none, nor is what has no id. */
export const toItemsById = (...lists: readonly unknown[]): ReadonlyMap<string, JsonObject> => {
  const items = new Map<string, JsonObject>();
  for (const value of lists.flat() as readonly unknown[]) {
    const { data: item } = objectSchema.safeParse(value);
    if (item === undefined || item['type'] === 'item_reference' || typeof item['id'] !== 'string') continue;
    if (!items.has(item['id'])) items.set(item['id'], item);
  }
  return items;
};
