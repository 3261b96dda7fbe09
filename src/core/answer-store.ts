import type { JsonObject } from './json-object.ts';

/** What an answer was asked for by: which wire its JSON is of. */
export type StoredAnswerKind = 'response' | 'chat.completion';

/** An answer that its client may ask for again, or go on from. Its JSON is that of its wire: nobody here looks into it but for ids. */
export interface StoredAnswer {
  /** `resp_…` or `chatcmpl-…` */
  readonly id: string;
  readonly kind: StoredAnswerKind;
  /** Whom it belongs to: to anybody else it does not exist. */
  readonly owner: string;
  /** The id of the first answer that it goes on from, its own where it is the first. Answers of one thread are kept for as long as its last one. */
  readonly threadId: string;
  /** The answer that it goes on from; `null` for none. */
  readonly previousId: string | null;
  /** Canonical id. */
  readonly model: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The whole answer as it was sent, or as it stands while it is made. What it has under `output` are its items. */
  readonly body: JsonObject;
  /**
   * The items or messages that this request alone brought, oldest first; each has an `id`. One of the type `item_reference`
   * stands for the item of its id, wherever that is stored.
   */
  readonly input: readonly JsonObject[];
  /** The process that makes it at this moment; `null` once it is over. */
  readonly processId: number | null;
}

/** An answer without what its request brought. */
export type StoredAnswerBody = Omit<StoredAnswer, 'input'>;

/** What an answer says, without all that its body repeats of its request. */
export interface ChainLink extends Pick<StoredAnswer, 'id' | 'kind' | 'threadId' | 'input'> {
  /** As its body has it; `null` where it has none. */
  readonly status: string | null;
  /** The conversation that its body names; `null` for none. */
  readonly conversationId: string | null;
  /** The items of its body's `output`. */
  readonly output: readonly JsonObject[];
}

/** What becomes of an answer that was under way. */
export interface AnswerEnd {
  readonly body: JsonObject;
  /** The events of its stream, in their order; `null` where nobody may follow it again. */
  readonly events: readonly JsonObject[] | null;
}

/** What a request has used of what is stored. */
export interface AnswerUse {
  /** Threads of answers, and conversations. */
  readonly threadIds: readonly string[];
  readonly itemIds: readonly string[];
}

/** A part of a list, as OpenAI's lists are asked for. */
export interface PageRequest {
  /** The id of the last one that the client has; `null` for the beginning. */
  readonly after: string | null;
  /** At least 1. */
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** A conversation of OpenAI's Conversations API. */
export interface StoredConversation {
  /** `conv_…` */
  readonly id: string;
  readonly owner: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Keeps conversations and their items, each of which has an `id`. Methods throw where the storage fails. */
export interface ConversationStore {
  add(conversation: StoredConversation, items: readonly JsonObject[]): void;
  find(owner: string, id: string): StoredConversation | null;
  /** `null` where there is none. */
  setMetadata(owner: string, id: string, metadata: Readonly<Record<string, string>>): StoredConversation | null;
  remove(owner: string, id: string): boolean;
  /**
   * Adds items behind those that are there; false where the conversation is gone.
   *
   * @throws AnswerTooLargeError where they have more than `maxBytes`: none is added then
   */
  append(owner: string, id: string, items: readonly JsonObject[], maxBytes?: number): boolean;
  /** All of it, oldest first; `null` where there is none. Nothing is written. */
  readItems(owner: string, id: string): readonly JsonObject[] | null;
  /** `null` where there is no such conversation, or no item of the id in `after`. */
  listItems(owner: string, id: string, page: PageRequest): Page<JsonObject> | null;
  findItem(owner: string, id: string, itemId: string): JsonObject | null;
  /** False where there is none. */
  removeItem(owner: string, id: string, itemId: string): boolean;
}

/** Keeps answers and conversations: the only place that remembers them beyond their request. Methods throw where the storage fails. */
export interface AnswerStore {
  readonly conversations: ConversationStore;
  /**
   * Also marks its thread as used now.
   *
   * @throws AnswerTooLargeError where it has more than `maxBytes`: it is not stored then
   */
  add(answer: StoredAnswer, maxBytes?: number): void;
  /**
   * Ends an answer that was under way; false where it was removed meanwhile.
   *
   * @throws AnswerTooLargeError where all of it would have more than `maxBytes`: it stays as it is then
   */
  settle(id: string, end: AnswerEnd, maxBytes?: number): boolean;
  find(owner: string, id: string): StoredAnswer | null;
  findBody(owner: string, id: string): StoredAnswerBody | null;
  /** The events of a settled answer; `null` where there are none. */
  readEvents(owner: string, id: string): readonly JsonObject[] | null;
  /** The answer and all that it goes on from, oldest first; `null` where one of them is gone. */
  readChain(owner: string, id: string): readonly ChainLink[] | null;
  /** The thread of an answer; `null` where it, or one that it goes on from, is gone. Reads nothing of what they say. */
  findThread(owner: string, id: string): string | null;
  /** Items of any answer's input or output, or else of any conversation; the newest of those with one id. None is a reference. */
  findItems(owner: string, itemIds: readonly string[]): ReadonlyMap<string, JsonObject>;
  /** Marks as used now what is there of it. */
  noteUse(owner: string, use: AnswerUse): void;
  /** Gives `null` where there is no answer of the id in `after`. */
  list(
    owner: string,
    kind: StoredAnswerKind,
    page: PageRequest & { readonly model: string | null; readonly metadata: Readonly<Record<string, string>> },
  ): Page<StoredAnswer> | null;
  /** Changes the metadata, in the body too; `null` where there is none. */
  setMetadata(owner: string, id: string, metadata: Readonly<Record<string, string>>): StoredAnswer | null;
  /** Removes an answer beyond recovery; false where there is none. */
  remove(owner: string, id: string): boolean;
  /** Those that are not over yet, of all owners. */
  listUnderWay(): readonly StoredAnswer[];
  /** Those that have anything here. */
  listOwners(): readonly string[];
  /** Removes all that an owner has. */
  removeOwner(owner: string): void;
  /**
   * Removes threads and conversations that nobody has used since then (milliseconds since 1970). A thread in which an answer is
   * being made stays.
   */
  removeUnused(usedBefore: number): void;
  /**
   * Where all of it has more than `maxBytes`, removes threads and conversations until it has at most `targetBytes`: those that
   * alone have more than `maxBytes`, then those that were used longest ago. A thread in which an answer is being made stays.
   *
   * @param targetBytes at most `maxBytes`, which it is by default; one that alone has more than this is removed only as far as
   *   `maxBytes` demands it
   */
  trim(maxBytes: number, targetBytes?: number): void;
  close(): void;
}
