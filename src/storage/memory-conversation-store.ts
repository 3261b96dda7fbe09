import type { ConversationStore, StoredConversation } from '../core/answer-store.ts';
import { AnswerTooLargeError } from '../core/answer-too-large-error.ts';
import type { JsonObject } from '../core/json-object.ts';
import { takePage } from '../core/take-page.ts';
import type { MemoryThreads } from './memory-threads.ts';
import { objectTextSchema, readId } from './stored-json.ts';

interface Item {
  readonly id: string;
  /** Its JSON: nobody who has it can change it. */
  readonly text: string;
  /** In which order it was added to any of them. */
  readonly position: number;
}

interface Entry {
  readonly conversation: StoredConversation;
  readonly items: readonly Item[];
}

/** Keeps conversations for as long as the process lives. Of several items with one id, the oldest is found. */
export const createMemoryConversationStore = (
  threads: MemoryThreads,
): ConversationStore & {
  /** The newest item of an id in any conversation of an owner. */
  findAnyItem(owner: string, itemId: string): { readonly conversationId: string; readonly item: JsonObject } | null;
  /** Drops a conversation whose thread is gone; of no effect where it is none. */
  drop(id: string): void;
} => {
  const entries = new Map<string, Entry>();
  const find = (owner: string, id: string): Entry | null => {
    const entry = entries.get(id);
    return entry?.conversation.owner === owner ? entry : null;
  };
  let nextPosition = 0;
  const append = (entry: Entry, added: readonly JsonObject[], maxBytes = Infinity): void => {
    const { id } = entry.conversation;
    const items = added.map((item): Item => {
      nextPosition += 1;
      return { id: readId(item), text: JSON.stringify(item), position: nextPosition };
    });
    AnswerTooLargeError.check(sumBytes(items), maxBytes);
    entries.set(id, { ...entry, items: [...entry.items, ...items] });
    threads.weigh(id, sumBytes(items));
  };
  const findItem = ({ items }: Entry, itemId: string): JsonObject | null => {
    const item = items.find(({ id }) => id === itemId);
    return item === undefined ? null : toItem(item);
  };

  return {
    add(conversation, items) {
      threads.use(conversation.id, conversation.owner);
      threads.weigh(conversation.id, metadataBytes(conversation));
      append({ conversation, items: [] }, items);
    },
    find: (owner, id) => find(owner, id)?.conversation ?? null,
    setMetadata(owner, id, metadata) {
      const entry = find(owner, id);
      if (entry === null) return null;
      const conversation = { ...entry.conversation, metadata };
      entries.set(id, { ...entry, conversation });
      threads.use(id, owner);
      threads.weigh(id, metadataBytes(conversation) - metadataBytes(entry.conversation));
      return conversation;
    },
    remove(owner, id) {
      if (find(owner, id) === null) return false;
      threads.remove(id);
      return true;
    },
    append(owner, id, items, maxBytes) {
      const entry = find(owner, id);
      if (entry === null) return false;
      append(entry, items, maxBytes);
      threads.use(id, owner);
      return true;
    },
    readItems(owner, id) {
      const entry = find(owner, id);
      return entry === null ? null : entry.items.map(toItem);
    },
    listItems(owner, id, page) {
      const entry = find(owner, id);
      const taken = entry === null ? null : takePage(entry.items, page);
      return taken === null ? null : { ...taken, items: taken.items.map(toItem) };
    },
    findItem(owner, id, itemId) {
      const entry = find(owner, id);
      return entry === null ? null : findItem(entry, itemId);
    },
    removeItem(owner, id, itemId) {
      const entry = find(owner, id);
      if (entry === null) return false;
      const removed = entry.items.filter((item) => item.id === itemId);
      if (removed.length === 0) return false;
      entries.set(id, { ...entry, items: entry.items.filter((item) => item.id !== itemId) });
      threads.weigh(id, -sumBytes(removed));
      return true;
    },
    findAnyItem(owner, itemId) {
      let newest: { readonly conversationId: string; readonly item: Item } | null = null;
      for (const { conversation, items } of entries.values()) {
        const item = conversation.owner === owner ? items.findLast(({ id }) => id === itemId) : undefined;
        if (item !== undefined && item.position > (newest?.item.position ?? 0)) {
          newest = { conversationId: conversation.id, item };
        }
      }
      return newest === null ? null : { ...newest, item: toItem(newest.item) };
    },
    drop(id) {
      entries.delete(id);
    },
  };
};

const toItem = ({ text }: Item): JsonObject => objectTextSchema.parse(text);
const sumBytes = (items: readonly Item[]): number => items.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
const metadataBytes = ({ metadata }: StoredConversation): number => Buffer.byteLength(JSON.stringify(metadata));
