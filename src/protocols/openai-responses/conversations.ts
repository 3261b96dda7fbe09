import * as z from 'zod';
import type { StoredConversation } from '../../core/answer-store.ts';
import { metadataSchema } from '../metadata-schema.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import { toValidationError } from '../validation-error.ts';
import { decodeItem } from './item-schema.ts';
import { MAX_BODY_LEVELS } from '../max-body-levels.ts';
import type { ResponseItem } from './response-object.ts';

/** As many items as OpenAI takes at a time. */
const MAX_ITEMS = 20;

const itemsSchema = z.array(z.unknown()).max(MAX_ITEMS, `expected at most ${MAX_ITEMS} items`);
const objectError = { error: 'expected a JSON object' };
/** The body of `POST /v1/conversations`. */
export const conversationSchema = z.looseObject(
  { metadata: metadataSchema.nullish(), items: itemsSchema.nullish() },
  objectError,
);
/** The body of `POST /v1/conversations/{id}/items`. */
export const addedItemsSchema = z.looseObject({ items: itemsSchema }, objectError);

/** Schema `ConversationResource` of OpenAI's OpenAPI file. */
export const toConversationObject = ({ id, createdAt, metadata }: StoredConversation) => ({
  id,
  object: 'conversation',
  created_at: Math.floor(createdAt / 1000),
  metadata,
});

/** Schema `DeletedConversationResource`. */
export const toDeletedConversation = (id: string) => ({ id, object: 'conversation.deleted', deleted: true });

/** What a new conversation begins with. */
export interface ConversationBeginning {
  readonly metadata: Readonly<Record<string, string>>;
  readonly items: readonly ResponseItem[];
}

/**
 * Reads the body of `POST /v1/conversations`, which may be missing.
 *
 * @throws GatewayError `validation_failed` for a malformed body, another of status 400 for items that cannot be served
 */
export const decodeConversation = (body: unknown): ConversationBeginning => {
  refuseDeepNesting(body, [], MAX_BODY_LEVELS);
  const parsed = conversationSchema.safeParse(body ?? {});
  if (!parsed.success) throw toValidationError(parsed.error);
  return { metadata: parsed.data.metadata ?? {}, items: decodeItems(parsed.data.items ?? []) };
};

/** Reads the body of `POST /v1/conversations/{id}/items`. @throws GatewayError as {@link decodeConversation} does */
export const decodeAddedItems = (body: unknown): readonly ResponseItem[] => {
  refuseDeepNesting(body, [], MAX_BODY_LEVELS);
  const parsed = addedItemsSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  return decodeItems(parsed.data.items);
};

const decodeItems = (items: readonly unknown[]): readonly ResponseItem[] =>
  items.map((item, index) => decodeItem(item, ['items', index]));
