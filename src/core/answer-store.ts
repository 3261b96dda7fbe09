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
  /** The items or messages that this request alone brought, oldest first; each has an `id`. */
  readonly input: readonly JsonObject[];
  /** The process that makes it at this moment; `null` once it is over. */
  readonly processId: number | null;
}

/** What becomes of an answer that was under way. */
export interface AnswerEnd {
  readonly body: JsonObject;
  /** The events of its stream, in their order; `null` where nobody may follow it again. */
  readonly events: readonly JsonObject[] | null;
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
  /** Adds items behind those that are there; false where the conversation is gone. */
  append(owner: string, id: string, items: readonly JsonObject[]): boolean;
  /** All of it, oldest first; `null` where there is none. */
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
  /** Also marks its thread as used now. */
  add(answer: StoredAnswer): void;
  /** Ends an answer that was under way; false where it was removed meanwhile. */
  settle(id: string, end: AnswerEnd): boolean;
  find(owner: string, id: string): StoredAnswer | null;
  /** The events of a settled answer; `null` where there are none. */
  readEvents(owner: string, id: string): readonly JsonObject[] | null;
  /** The answer and all that it goes on from, oldest first; `null` where one of them is gone. */
  readChain(owner: string, id: string): readonly StoredAnswer[] | null;
  /** An item of any answer's input or output, or of any conversation. */
  findItem(owner: string, itemId: string): JsonObject | null;
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
  /** Removes all that an owner has. */
  removeOwner(owner: string): void;
  /** Removes threads and conversations that nobody has used since then (milliseconds since 1970). */
  removeUnused(usedBefore: number): void;
  /** Removes the threads and conversations that were used longest ago until all of it has at most so many bytes. */
  trim(maxBytes: number): void;
  close(): void;
}
