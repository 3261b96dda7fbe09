import * as z from 'zod';
import { toValidationError } from '../../protocols/validation-error.ts';

const wholeNumber = z
  .string()
  .regex(/^-?\d{1,15}$/, 'expected a whole number')
  .transform(Number);

/** The query of `GET /v1/responses/{id}`. */
export const retrievalSchema = z.looseObject({
  stream: z.enum(['true', 'false', '1', '0'], 'expected true or false').optional(),
  starting_after: wholeNumber.optional(),
});

/** Reads the query of `GET /v1/responses/{id}`. @throws GatewayError `validation_failed` */
export const decodeRetrieval = (query: unknown): { readonly isStream: boolean; readonly startingAfter: number } => {
  const parsed = retrievalSchema.safeParse(query);
  if (!parsed.success) throw toValidationError(parsed.error);
  const { stream, starting_after: startingAfter = -1 } = parsed.data;
  return { isStream: stream === 'true' || stream === '1', startingAfter };
};
