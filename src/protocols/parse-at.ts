import type * as z from 'zod';
import { toValidationError } from './validation-error.ts';

/** Reads the part of a body at `path` by its own schema. @throws GatewayError `validation_failed` that names the field. */
export const parseAt = <Output>(schema: z.ZodType<Output>, value: unknown, path: readonly PropertyKey[]): Output => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw toValidationError(parsed.error, path);
  return parsed.data;
};
