import type { AnswerStore, StoredAnswer, StoredAnswerBody } from '../core/answer-store.ts';
import { AnswerTooLargeError } from '../core/answer-too-large-error.ts';
import type { JsonObject } from '../core/json-object.ts';
import { takePage } from '../core/take-page.ts';
import { createMemoryConversationStore } from './memory-conversation-store.ts';
import { createMemoryThreads } from './memory-threads.ts';
import { objectsTextSchema, objectTextSchema, toItemsById } from './stored-json.ts';

/** An answer with its large parts as JSON: nobody who has them can change them. */
interface Entry extends Omit<StoredAnswer, 'body' | 'input'> {
  readonly body: string;
  readonly input: string;
  readonly events: string | null;
  /** Of the items of its input and output. */
  readonly itemIds: ReadonlySet<string>;
}

/**
 * Keeps answers and conversations for as long as the process lives.
 *
 * @param now in milliseconds since 1970
 */
export const createMemoryAnswerStore = (now: () => number = Date.now): AnswerStore => {
  /** In the order in which they were added. */
  const answers = new Map<string, Entry>();
  const threads = createMemoryThreads(now, (threadId) => {
    conversations.drop(threadId);
    for (const entry of answers.values()) if (entry.threadId === threadId) answers.delete(entry.id);
  });
  const conversations = createMemoryConversationStore(threads);

  const find = (owner: string, id: string): Entry | null => {
    const entry = answers.get(id);
    return entry?.owner === owner ? entry : null;
  };
  const put = (entry: Entry): void => {
    const before = answers.get(entry.id);
    answers.set(entry.id, entry);
    threads.weigh(entry.threadId, toBytes(entry) - (before === undefined ? 0 : toBytes(before)));
  };
  /** The newest answer of an owner that has an item. */
  const findHolder = (owner: string, itemId: string): Entry | undefined =>
    [...answers.values()].findLast((entry) => entry.owner === owner && entry.itemIds.has(itemId));
  const select = (matches: (entry: Entry) => boolean): Entry[] =>
    [...answers.values()].filter(matches).toSorted((a, b) => a.createdAt - b.createdAt);

  return {
    conversations,
    add(answer, maxBytes = Infinity) {
      const { id, owner, threadId, body, input } = answer;
      if (answers.has(id)) throw new Error(`There is an answer ${id} already.`);
      const entry: Entry = {
        ...answer,
        body: JSON.stringify(body),
        input: JSON.stringify(input),
        events: null,
        itemIds: readItemIds(answer, input, body['output']),
      };
      AnswerTooLargeError.check(toBytes(entry), maxBytes);
      threads.use(threadId, owner);
      put(entry);
    },
    settle(id, { body, events }, maxBytes = Infinity) {
      const entry = answers.get(id);
      if (entry === undefined) return false;
      const settled: Entry = {
        ...entry,
        body: JSON.stringify(body),
        events: events === null ? null : JSON.stringify(events),
        itemIds: new Set([...entry.itemIds, ...readItemIds(entry, body['output'])]),
        processId: null,
      };
      AnswerTooLargeError.check(toBytes(settled), maxBytes);
      put(settled);
      threads.use(entry.threadId, entry.owner);
      return true;
    },
    find(owner, id) {
      const entry = find(owner, id);
      return entry === null ? null : toAnswer(entry);
    },
    findBody(owner, id) {
      const entry = find(owner, id);
      return entry === null ? null : toAnswerBody(entry);
    },
    readEvents(owner, id) {
      const events = find(owner, id)?.events ?? null;
      return events === null ? null : objectsTextSchema.parse(events);
    },
    readChain(owner, id) {
      const chain: StoredAnswer[] = [];
      for (let next: string | null = id; next !== null;) {
        const entry = find(owner, next);
        if (entry === null) return null;
        chain.push(toAnswer(entry));
        next = entry.previousId;
      }
      return chain.toReversed();
    },
    findThread(owner, id) {
      const first = find(owner, id);
      for (let entry = first; entry !== null; entry = find(owner, entry.previousId)) {
        if (entry.previousId === null) return first?.threadId ?? null;
      }
      return null;
    },
    findItems(owner, itemIds) {
      const items = new Map<Entry, ReadonlyMap<string, JsonObject>>();
      const read = (entry: Entry): ReadonlyMap<string, JsonObject> => {
        const { input, body } = toAnswer(entry);
        return toItemsById(input, body['output']);
      };
      const found = new Map<string, JsonObject>();
      for (const itemId of new Set(itemIds)) {
        const entry = findHolder(owner, itemId);
        if (entry !== undefined && !items.has(entry)) items.set(entry, read(entry));
        const item =
          entry === undefined ? conversations.findAnyItem(owner, itemId)?.item : items.get(entry)?.get(itemId);
        if (item !== undefined) found.set(itemId, item);
      }
      return found;
    },
    noteUse(owner, { threadIds, itemIds }) {
      const used = itemIds.map(
        (itemId) => findHolder(owner, itemId)?.threadId ?? conversations.findAnyItem(owner, itemId)?.conversationId,
      );
      for (const threadId of [...threadIds, ...used]) if (threadId !== undefined) threads.noteUse(threadId, owner);
    },
    list(owner, kind, { model, metadata, ...page }) {
      if (page.after !== null && find(owner, page.after)?.kind !== kind) return null;
      const wanted = Object.entries(metadata);
      // The one in `after` need not match.
      const entries = select(
        (entry) =>
          entry.id === page.after ||
          (entry.owner === owner &&
            entry.kind === kind &&
            (model === null || entry.model === model) &&
            wanted.every(([key, value]) => entry.metadata[key] === value)),
      );
      const taken = takePage(entries, page);
      return taken === null ? null : { ...taken, items: taken.items.map(toAnswer) };
    },
    setMetadata(owner, id, metadata) {
      const entry = find(owner, id);
      if (entry === null) return null;
      const answer = toAnswer(entry);
      const body = { ...answer.body, metadata };
      put({ ...entry, metadata, body: JSON.stringify(body) });
      return { ...answer, metadata, body };
    },
    remove(owner, id) {
      const entry = find(owner, id);
      if (entry === null) return false;
      answers.delete(id);
      threads.weigh(entry.threadId, -toBytes(entry));
      if (![...answers.values()].some(({ threadId }) => threadId === entry.threadId)) threads.remove(entry.threadId);
      return true;
    },
    listUnderWay: () => select(({ processId }) => processId !== null).map(toAnswer),
    listOwners: () => threads.listOwners(),
    removeOwner: (owner) => threads.removeOwner(owner),
    removeUnused: (usedBefore) => threads.removeUnused(usedBefore),
    trim: (maxBytes) => threads.trim(maxBytes),
    close() {
      threads.removeUnused(Infinity);
    },
  };
};

/** Messages of a chat are no items. */
const readItemIds = ({ kind }: Pick<StoredAnswer, 'kind'>, ...lists: readonly unknown[]): ReadonlySet<string> =>
  new Set(kind === 'response' ? toItemsById(...lists).keys() : []);

const toAnswerBody = ({ events: _events, itemIds: _itemIds, input: _input, ...entry }: Entry): StoredAnswerBody => ({
  ...entry,
  body: objectTextSchema.parse(entry.body),
});

const toAnswer = (entry: Entry): StoredAnswer => ({
  ...toAnswerBody(entry),
  input: objectsTextSchema.parse(entry.input),
});

const toBytes = ({ metadata, body, input, events }: Entry): number =>
  Buffer.byteLength(JSON.stringify(metadata)) +
  Buffer.byteLength(body) +
  Buffer.byteLength(input) +
  (events === null ? 0 : Buffer.byteLength(events));
