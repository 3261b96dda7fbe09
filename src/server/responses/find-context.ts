import type { AnswerStore, StoredAnswer } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';
import { type RecentResponses, type RememberedResponse, toItems } from './recent-responses.ts';

/** What a request says of where it goes on. */
export interface ContextRequest {
  readonly previousResponseId: string | null;
  readonly conversationId: string | null;
  readonly sessionId: string | null;
}

/** What was said before a request. */
export interface ResponseContext {
  /** Oldest first. */
  readonly items: readonly ResponseItem[];
  /** As a connection remembers it; `null` where nothing was said. */
  readonly remembered: RememberedResponse | null;
  /** The stored answer that it goes on from; `null` where it is none, or is not stored. */
  readonly stored: StoredAnswer | null;
}

const NOTHING: ResponseContext = { items: [], remembered: null, stored: null };

/**
 * Finds what a request goes on from: in the connection's own memory first, then in the store.
 *
 * @throws GatewayError `previous_response_not_found`, `not_found` for a conversation, `invalid_request` where one is in the way of another
 */
export const findContext = (
  { previousResponseId, conversationId, sessionId }: ContextRequest,
  owner: string,
  { store, recent }: { readonly store: AnswerStore; readonly recent: RecentResponses | null },
): ResponseContext => {
  if (sessionId !== null && (previousResponseId !== null || conversationId !== null)) {
    const param = previousResponseId === null ? 'conversation' : 'previous_response_id';
    throw new GatewayError(
      'invalid_request',
      `${param}: a named session (X-Cursor-Session-ID) knows by itself what was said before. Send one or the other.`,
      { param },
    );
  }
  if (conversationId !== null) {
    const items = store.conversations.readItems(owner, conversationId);
    if (items === null) throw toNoConversation(conversationId);
    return remember(items.map(toItem), null);
  }
  if (previousResponseId === null) return NOTHING;
  const remembered = recent?.find(previousResponseId) ?? null;
  if (remembered !== null) {
    return { items: toItems(remembered), remembered, stored: store.find(owner, previousResponseId) };
  }
  const chain = store.readChain(owner, previousResponseId);
  const last = chain?.at(-1);
  if (chain === null || last === undefined || last.kind !== 'response') throw toNoPrevious(previousResponseId);
  requireOver(last);
  return remember(toChainItems(chain, owner, store), last);
};

const remember = (items: readonly ResponseItem[], stored: StoredAnswer | null): ResponseContext => ({
  items,
  remembered: { previous: null, input: items, output: [] },
  stored,
});

/** A response of a conversation goes on from all that the conversation holds. */
const toChainItems = (chain: readonly StoredAnswer[], owner: string, store: AnswerStore): readonly ResponseItem[] => {
  const toOwn = (answers: readonly StoredAnswer[]): ResponseItem[] =>
    answers.flatMap(({ input, body }) => [...input, ...toOutput(body)].map(toItem));
  for (const [index, answer] of [...chain.entries()].toReversed()) {
    const conversationId = toConversationId(answer.body);
    const items = conversationId === null ? null : store.conversations.readItems(owner, conversationId);
    if (items !== null) return [...items.map(toItem), ...toOwn(chain.slice(index + 1))];
  }
  return toOwn(chain);
};

const toOutput = ({ output }: JsonObject): readonly JsonObject[] => (Array.isArray(output) ? output : []);

const toConversationId = ({ conversation }: JsonObject): string | null =>
  typeof conversation === 'object' &&
  conversation !== null &&
  'id' in conversation &&
  typeof conversation.id === 'string'
    ? conversation.id
    : null;

/** What is stored was an item when it was stored. */
const toItem = (json: JsonObject): ResponseItem => ({ ...json, type: String(json['type']) });

const requireOver = ({ id, body: { status } }: StoredAnswer): void => {
  if (status === 'completed' || status === 'incomplete') return;
  const param = 'previous_response_id';
  const isUnderWay = status === 'queued' || status === 'in_progress';
  throw new GatewayError(
    'invalid_request',
    isUnderWay
      ? `${param}: the response "${id}" is still being made. Wait until it is completed.`
      : `${param}: the response "${id}" has no answer to go on from: it is ${String(status)}. Go on from the one before it.`,
    { param },
  );
};

const toNoPrevious = (id: string): GatewayError =>
  new GatewayError('previous_response_not_found', `Previous response with id '${id}' not found.`, {
    param: 'previous_response_id',
  });

const toNoConversation = (id: string): GatewayError =>
  new GatewayError('not_found', `Conversation with id '${id}' not found.`, { param: 'conversation' });

/** Puts the items in place that are only named. @throws GatewayError `invalid_request` for one that is nowhere */
export const resolveReferences = (
  input: readonly ResponseItem[],
  context: readonly ResponseItem[],
  find: (itemId: string) => JsonObject | null,
): readonly ResponseItem[] =>
  input.map((item, index) => {
    if (item.type !== 'item_reference') return item;
    const id = String(item['id']);
    const found = context.find((known) => known['id'] === id) ?? find(id);
    if (found !== null) return toItem(found);
    const param = `input[${index}].id`;
    throw new GatewayError(
      'invalid_request',
      `${param}: there is no item "${id}". It was not stored, or has been deleted: send the item itself.`,
      { param },
    );
  });
