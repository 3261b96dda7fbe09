import type { Schema } from './document-types.ts';

/**
 * Makes a schema easier to read, without another meaning: the forms of a form stand beside it, as in "a string, a list or
 * null", and integers do not say that JavaScript's end somewhere.
 */
export const simplifySchema = (schema: Schema): void => {
  for (const part of toParts(schema)) simplifySchema(part);
  if (schema.anyOf !== undefined) schema.anyOf = schema.anyOf.flatMap((form) => toForms(form));
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
};

const toForms = (form: Schema): readonly Schema[] =>
  form.anyOf !== undefined && Object.keys(form).length === 1 ? form.anyOf : [form];

const toParts = ({ properties = {}, items, anyOf = [], oneOf = [] }: Schema): readonly Schema[] => [
  ...Object.values(properties),
  ...(items === undefined ? [] : [items]),
  ...anyOf,
  ...oneOf,
];
