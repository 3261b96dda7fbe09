import type { AnswerStore, AnswerUse, ChainLink, StoredAnswer } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';
import { resolveStored, toItem, toReferenceIds } from './item-references.ts';
import { findStoredId, type RecentResponses, type RememberedResponse, toItems } from './recent-responses.ts';

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
  /** As a connection remembers it; `null` where nothing was said, or in a conversation, which remembers by itself. */
  readonly remembered: RememberedResponse | null;
  /** The stored answer that it goes on from; `null` where it is none, or is not stored. */
  readonly stored: Pick<StoredAnswer, 'id' | 'threadId'> | null;
  /** What of the store it takes. */
  readonly used: AnswerUse;
}

const UNUSED: AnswerUse = { threadIds: [], itemIds: [] };
const NOTHING: ResponseContext = { items: [], remembered: null, stored: null, used: UNUSED };

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
    return { ...NOTHING, items: items.map(toItem), used: { ...UNUSED, threadIds: [conversationId] } };
  }
  if (previousResponseId === null) return NOTHING;
  const remembered = recent?.find(previousResponseId) ?? null;
  if (remembered !== null) return recall(remembered, previousResponseId, owner, store);
  const chain = store.readChain(owner, previousResponseId);
  const last = chain?.at(-1);
  if (chain === null || last === undefined || last.kind !== 'response') throw toNoPrevious(previousResponseId);
  requireOver(last);
  const { items, baseId } = toChainItems(chain, owner, store);
  const resolved = resolveStored(items, items, (ids) => store.findItems(owner, ids)).filter((item) => item !== null);
  if (resolved.length < items.length) throw toNoPrevious(previousResponseId);
  const threadIds = baseId === null ? [last.threadId] : [last.threadId, baseId];
  return {
    items: resolved,
    remembered: { previous: null, input: resolved, output: [], storedId: last.id },
    stored: last,
    used: { threadIds, itemIds: toReferenceIds(items) },
  };
};

/** What is stored of it counts only while nobody has deleted it. */
const recall = (remembered: RememberedResponse, id: string, owner: string, store: AnswerStore): ResponseContext => {
  const found: ResponseContext = { ...NOTHING, items: toItems(remembered), remembered };
  const storedId = findStoredId(remembered);
  if (storedId === null) return found;
  let threadId: string | null;
  try {
    threadId = store.findThread(owner, storedId);
  } catch {
    // Nothing of it is needed: all is remembered.
    return found;
  }
  if (threadId === null) throw toNoPrevious(id);
  const stored = storedId === id ? { id, threadId } : null;
  return { ...found, stored, used: { ...UNUSED, threadIds: [threadId] } };
};

/** References included. A response of a conversation, whose id is `baseId`, goes on from all that the conversation holds. */
const toChainItems = (
  chain: readonly ChainLink[],
  owner: string,
  store: AnswerStore,
): { readonly items: readonly JsonObject[]; readonly baseId: string | null } => {
  const toOwn = (links: readonly ChainLink[]): readonly JsonObject[] =>
    links.flatMap(({ input, output }) => [...input, ...output]);
  for (const [index, { conversationId }] of [...chain.entries()].toReversed()) {
    const items = conversationId === null ? null : store.conversations.readItems(owner, conversationId);
    if (items !== null) return { items: [...items, ...toOwn(chain.slice(index + 1))], baseId: conversationId };
  }
  return { items: toOwn(chain), baseId: null };
};

const requireOver = ({ id, status }: ChainLink): void => {
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
  new GatewayError(
    'previous_response_not_found',
    `Previous response with id '${id}' not found. It, or one that it goes on from, was not stored or has been deleted: send the whole conversation instead.`,
    {
      param: 'previous_response_id',
    },
  );

const toNoConversation = (id: string): GatewayError =>
  new GatewayError('not_found', `Conversation with id '${id}' not found.`, { param: 'conversation' });
