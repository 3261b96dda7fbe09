import * as z from 'zod';
import { metadataSchema } from './metadata-schema.ts';
import { toValidationError } from './validation-error.ts';

/** The body that gives something stored new metadata. */
export const metadataUpdateSchema = z.looseObject(
  { metadata: metadataSchema.nullable() },
  { error: 'expected a JSON object' },
);

/** Reads the new metadata of something stored; `null` takes all of it away. @throws GatewayError `validation_failed` */
export const decodeMetadataUpdate = (body: unknown): Readonly<Record<string, string>> => {
  const parsed = metadataUpdateSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  return parsed.data.metadata ?? {};
};
