import type { AnswerStore, StoredAnswer } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';

/** The ids of the items that are only named. */
export const toReferenceIds = (items: readonly JsonObject[]): readonly string[] =>
  items.filter(isReference).map(({ id }) => String(id));

/**
 * Puts the items in place that are only named: from `known` where they are there, else from `find`.
 *
 * @throws GatewayError `invalid_request` for one that is nowhere, or is there twice
 */
export const resolveReferences = (
  input: readonly ResponseItem[],
  known: readonly ResponseItem[],
  find: (itemIds: readonly string[]) => ReadonlyMap<string, JsonObject>,
): readonly ResponseItem[] => {
  if (!input.some(isReference)) return input;
  const resolve = createResolver(input, known, find);
  const seen = new Set<unknown>();
  return input.map((item, index) => {
    const { id } = item;
    const isTwice = seen.has(id);
    seen.add(id);
    if (!isReference(item)) return item;
    const param = `input[${index}].id`;
    if (isTwice) {
      throw new GatewayError('invalid_request', `${param}: the item "${String(id)}" is there twice. Send it once.`, {
        param,
      });
    }
    const found = resolve(item);
    if (found !== null) return found;
    throw new GatewayError(
      'invalid_request',
      `${param}: there is no item "${String(id)}". It was not stored, or has been deleted: send the item itself.`,
      { param },
    );
  });
};

/** Puts the items in place that are only named, `null` where they are gone. */
export const resolveStored = (
  items: readonly JsonObject[],
  known: readonly JsonObject[],
  find: (itemIds: readonly string[]) => ReadonlyMap<string, JsonObject>,
): readonly (ResponseItem | null)[] => {
  const resolve = createResolver(items, known, find);
  return items.map((item) => (isReference(item) ? resolve(item) : toItem(item)));
};

/** The items that the request of a stored answer brought, but for those that are gone by now. */
export const readInput = (
  store: Pick<AnswerStore, 'findItems'>,
  { owner, input }: Pick<StoredAnswer, 'owner' | 'input'>,
): readonly ResponseItem[] =>
  resolveStored(input, [], (ids) => store.findItems(owner, ids)).filter((item) => item !== null);

/** A request's stored items with what they say, but for those that its conversation holds already. */
export const toUnknownItems = (
  stored: readonly ResponseItem[],
  { input, context }: { readonly input: readonly ResponseItem[]; readonly context: readonly ResponseItem[] },
): readonly ResponseItem[] => {
  const known = new Set(context.map(({ id }) => id));
  return resolveStored(stored, input, () => new Map())
    .filter((item) => item !== null)
    .filter(({ id }) => !known.has(id));
};

/** What is stored was an item when it was stored. */
export const toItem = (json: JsonObject): ResponseItem => ({ ...json, type: String(json['type']) });

const isReference = ({ type }: JsonObject): boolean => type === 'item_reference';

const createResolver = (
  items: readonly JsonObject[],
  known: readonly JsonObject[],
  find: (itemIds: readonly string[]) => ReadonlyMap<string, JsonObject>,
): ((reference: JsonObject) => ResponseItem | null) => {
  const ids = toReferenceIds(items);
  const wanted = new Set<unknown>(ids);
  const near = new Map(
    known.filter((item) => wanted.has(item['id']) && !isReference(item)).map((item) => [item['id'], item]),
  );
  const missing = ids.filter((id) => !near.has(id));
  const far = missing.length === 0 ? new Map<string, JsonObject>() : find(missing);
  return ({ id }) => {
    const found = near.get(id) ?? far.get(String(id));
    return found === undefined ? null : toItem(found);
  };
};
