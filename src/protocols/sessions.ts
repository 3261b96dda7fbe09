import type { SessionInfo } from '../core/session-store.ts';
import * as z from 'zod';
import { toValidationError } from './validation-error.ts';

/** A session as `GET /v1/sessions` lists it; the form is cursorpipe's. */
export const toSession = ({ id, model, createdAt, lastUsedAt }: SessionInfo) => ({
  id,
  model,
  created_at: toTime(createdAt),
  last_used_at: toTime(lastUsedAt),
});

export const toSessionList = (entries: readonly SessionInfo[]) => ({ object: 'list', data: entries.map(toSession) });

/** The body of `POST /v1/sessions`. */
export const sessionRequestSchema = z.looseObject({ model: z.string().nullish(), id: z.string().nullish() });

/** Reads the body of `POST /v1/sessions`, which may be missing. @throws GatewayError `validation_failed` */
export const decodeSessionRequest = (body: unknown): { readonly model: string | null; readonly id: string | null } => {
  const parsed = sessionRequestSchema.safeParse(body ?? {});
  if (!parsed.success) throw toValidationError(parsed.error);
  return { model: parsed.data.model ?? null, id: parsed.data.id ?? null };
};

/** `2026-06-06T12:00:00+00:00` */
const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, '+00:00');
