import { type ParameterNote, toNoteText } from './compatibility.ts';
import type { Schema } from './document-types.ts';

/** Gives the properties of a body their descriptions, and adds those that clients send and that have no effect. */
export const describeProperties = (schema: Schema, notes: readonly ParameterNote[]): void => {
  for (const note of notes) {
    const names = note.name.split('.');
    const name = names.pop() ?? '';
    const properties = names.reduce<Record<string, Schema> | null>(
      (within, each) => findProperties(within?.[each]),
      findProperties(schema),
    );
    if (properties === null) continue;
    const description = toNoteText(note);
    // At the front, where readers of the file look for it.
    properties[name] = { ...(description !== null && { description }), ...properties[name] };
  }
};

/** The properties of an object, of the items of an array, or of the first of several forms that has any. */
const findProperties = (schema: Schema | undefined): Record<string, Schema> | null => {
  if (schema === undefined) return null;
  if (schema.properties !== undefined) return schema.properties;
  if (schema.items !== undefined) return findProperties(schema.items);
  for (const form of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = findProperties(form);
    if (found !== null) return found;
  }
  return null;
};
