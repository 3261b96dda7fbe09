import * as z from 'zod';

const parameterSchema = z.union([z.string(), z.boolean(), z.number()], {
  error: 'expected a string, a boolean or a number',
});

/** Model parameters as clients send them in `cursor_params`: an object of values, or the SDK's list of ids and values. */
export const cursorParamsSchema = z
  .union([z.record(z.string(), parameterSchema), z.array(z.looseObject({ id: z.string(), value: parameterSchema }))], {
    error: 'expected an object of values, or an array of objects with id and value',
  })
  .nullish();

/** Model parameters by id; `null` where none were sent. */
export const toCursorParams = (
  params: z.output<typeof cursorParamsSchema>,
): Readonly<Record<string, string>> | null => {
  if (params === null || params === undefined) return null;
  const entries = Array.isArray(params) ? params.map(({ id, value }) => [id, value] as const) : Object.entries(params);
  return Object.fromEntries(entries.map(([id, value]) => [id, String(value)]));
};
