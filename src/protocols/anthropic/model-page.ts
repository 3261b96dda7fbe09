import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import { toValidationError } from '../validation-error.ts';

/** Which part of the list of models is wanted. */
export interface ModelPage {
  readonly limit: number;
  /** The id that the part follows; `null` for the beginning of the list. */
  readonly afterId: string | null;
  /** The id that the part comes right before; `null` where that does not matter. */
  readonly beforeId: string | null;
}

/** Anthropic's own. The whole of an account's list has less, so that clients that do not turn pages have it. */
const MAX_LIMIT = 1000;

const once = { error: 'expected one value' };
const pageSchema = z.looseObject({
  limit: z
    .string(once)
    .regex(/^\d{1,4}$/, 'expected a number')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `expected a number from 1 to ${MAX_LIMIT}`)
    .default(MAX_LIMIT),
  after_id: z.string(once).optional(),
  before_id: z.string(once).optional(),
});

/** What a query can say of the part that is wanted. */
export const MODEL_PAGE_FIELDS: readonly string[] = Object.keys(pageSchema.shape);

/** Reads which part of the list a query asks for. @throws GatewayError `validation_failed` that names the field at fault */
export const decodeModelPage = (query: unknown): ModelPage => {
  const parsed = pageSchema.safeParse(query);
  if (!parsed.success) throw toValidationError(parsed.error);
  const { limit, after_id: afterId, before_id: beforeId } = parsed.data;
  return { limit, afterId: afterId || null, beforeId: beforeId || null };
};

/**
 * A part of a list, in its order; the last items before `beforeId` where that is given.
 *
 * @throws GatewayError `invalid_request` for an id that the list does not have
 */
export const takeModelPage = <Item extends { readonly id: string }>(
  items: readonly Item[],
  { limit, afterId, beforeId }: ModelPage,
): { readonly items: readonly Item[]; readonly hasMore: boolean } => {
  const find = (id: string, param: string): number => {
    const index = items.findIndex((item) => item.id === id);
    if (index !== -1) return index;
    throw new GatewayError('invalid_request', `${param}: there is no model of this id.`, { param });
  };
  const start = afterId === null ? 0 : find(afterId, 'after_id') + 1;
  const within = items.slice(start, beforeId === null ? undefined : find(beforeId, 'before_id'));
  const page = beforeId === null ? within.slice(0, limit) : within.slice(-limit);
  return { items: page, hasMore: page.length < within.length };
};
