import * as z from 'zod';
import type { PageRequest } from '../core/answer-store.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { JsonObject } from '../core/json-object.ts';
import { toValidationError } from './validation-error.ts';

export { takePage } from '../core/take-page.ts';

/** A part of a list in OpenAI's form. */
export interface ListPage<Item> {
  readonly object: 'list';
  readonly data: readonly Item[];
  /** Empty where there is no item: clients take it for a string. */
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

const once = { error: 'expected one value' };
/** The query of a list. */
export const pageQuerySchema = z.looseObject({
  after: z.string(once).optional(),
  limit: z
    .string(once)
    .regex(/^\d{1,9}$/, 'expected a number')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `expected a number from 1 to ${MAX_LIMIT}`)
    .default(DEFAULT_LIMIT),
  order: z.enum(['asc', 'desc'], { error: 'expected "asc" or "desc"' }).optional(),
});

/** What a query can say of the part of a list that is wanted. */
export const PAGE_FIELDS: readonly string[] = Object.keys(pageQuerySchema.shape);

/** Reads which part of a list a query asks for. @throws GatewayError `invalid_request` that names the field at fault */
export const decodePageQuery = (query: unknown, defaultOrder: PageRequest['order']): PageRequest => {
  const parsed = pageQuerySchema.safeParse(query);
  if (!parsed.success) {
    const { message, param } = toValidationError(parsed.error);
    throw new GatewayError('invalid_request', message, { param });
  }
  const { after, limit, order } = parsed.data;
  return { after: after || null, limit, order: order ?? defaultOrder };
};

/** What to say where `after` names nothing that the list has. */
export const toNothingAfter = (): GatewayError =>
  new GatewayError('invalid_request', 'after: the list has nothing of this id. It may have been deleted.', {
    param: 'after',
  });

/** The items in the order in which they are asked for; each has an `id`. */
export const toListPage = <Item extends JsonObject>(items: readonly Item[], hasMore: boolean): ListPage<Item> => ({
  object: 'list',
  data: items,
  first_id: toId(items[0]),
  last_id: toId(items.at(-1)),
  has_more: hasMore,
});

const toId = (item: JsonObject | undefined): string => (item === undefined ? '' : String(item['id']));
