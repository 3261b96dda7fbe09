import * as z from 'zod/mini';
import { PortsideApiError } from './portside-api-error.ts';

/** One line of text that cannot be taken for more of the question than it is. */
const line = (least: number, most: number) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim()),
    ),
    z.string().check(z.minLength(least), z.maxLength(most)),
  );

const optionsSchema = z.object({
  name: line(1, 60),
  reason: z.optional(line(0, 200)),
  expiresAt: z.optional(z.int().check(z.positive())),
  models: z.optional(z.array(line(1, 100)).check(z.minLength(1), z.maxLength(100))),
  requestsPerMinute: z.optional(z.int().check(z.positive())),
});

/** What is asked for, checked. */
export type TokenRequest = z.output<typeof optionsSchema>;

/**
 * Checks what another extension has handed in, which may not be written in TypeScript.
 *
 * @throws PortsideApiError `invalid_request`
 */
export const readTokenOptions = (options: unknown, now: number): TokenRequest => {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path[0];
    const what = field === undefined ? 'createToken takes an object with a name' : `${String(field)} is not valid`;
    throw new PortsideApiError('invalid_request', `${what}. docs/extension-api.md of Portside says what is.`);
  }
  const { expiresAt } = parsed.data;
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new PortsideApiError('invalid_request', 'expiresAt is not in the future.');
  }
  return parsed.data;
};
