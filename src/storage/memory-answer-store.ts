import type { AnswerStore, ChainLink, StoredAnswer, StoredAnswerBody } from '../core/answer-store.ts';
import { AnswerTooLargeError } from '../core/answer-too-large-error.ts';
import type { JsonObject } from '../core/json-object.ts';
import { takePage } from '../core/take-page.ts';
import { createMemoryConversationStore } from './memory-conversation-store.ts';
import { createMemoryThreads } from './memory-threads.ts';
import { objectsTextSchema, objectTextSchema, toItemsById } from './stored-json.ts';

/** A body in two parts: what a chain needs of it can be had without all that it repeats of its request. */
interface EntryBody {
  /** Without what is under `output`, where that is a list. */
  readonly frame: string;
  /** `null` where there is no list of it. */
  readonly output: string | null;
  readonly status: string | null;
  readonly conversationId: string | null;
}

/** An answer with its large parts as JSON: nobody who has them can change them. */
interface Entry extends Omit<StoredAnswer, 'body' | 'input'>, EntryBody {
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
  const threads = createMemoryThreads({
    now,
    listUnderWay: () => new Set(select(({ processId }) => processId !== null).map(({ threadId }) => threadId)),
    onRemove(threadId) {
      conversations.drop(threadId);
      for (const entry of answers.values()) if (entry.threadId === threadId) answers.delete(entry.id);
    },
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
    add({ body, input, ...answer }, maxBytes = Infinity) {
      const { id, owner, threadId } = answer;
      if (answers.has(id)) throw new Error(`There is an answer ${id} already.`);
      const entry: Entry = {
        ...answer,
        ...toEntryBody(body),
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
        ...toEntryBody(body),
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
      const chain: ChainLink[] = [];
      for (let next: string | null = id; next !== null;) {
        const entry = find(owner, next);
        if (entry === null) return null;
        chain.push(toLink(entry));
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
      const read = (entry: Entry): ReadonlyMap<string, JsonObject> =>
        toItemsById(objectsTextSchema.parse(entry.input), readOutput(entry));
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
      put({ ...entry, ...toEntryBody(body), metadata });
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
    trim: (maxBytes, targetBytes = maxBytes) => threads.trim(maxBytes, targetBytes),
    close() {
      threads.clear();
    },
  };
};

/** Messages of a chat are no items. */
const readItemIds = ({ kind }: Pick<StoredAnswer, 'kind'>, ...lists: readonly unknown[]): ReadonlySet<string> =>
  new Set(kind === 'response' ? toItemsById(...lists).keys() : []);

const toEntryBody = (body: JsonObject): EntryBody => {
  const { status, conversation, output } = body;
  const isList = Array.isArray(output);
  return {
    // An empty list keeps its place among the others.
    frame: JSON.stringify(isList ? { ...body, output: [] } : body),
    output: isList ? JSON.stringify(output) : null,
    status: typeof status === 'string' ? status : null,
    conversationId:
      typeof conversation === 'object' &&
      conversation !== null &&
      'id' in conversation &&
      typeof conversation.id === 'string'
        ? conversation.id
        : null,
  };
};

const readOutput = ({ output }: Entry): readonly JsonObject[] =>
  output === null ? [] : objectsTextSchema.parse(output);

const toLink = (entry: Entry): ChainLink => {
  const { id, kind, threadId, status, conversationId } = entry;
  const input = objectsTextSchema.parse(entry.input);
  return { id, kind, threadId, status, conversationId, input, output: readOutput(entry) };
};

const toAnswerBody = (entry: Entry): StoredAnswerBody => {
  const { id, kind, owner, threadId, previousId, model, metadata, createdAt, processId } = entry;
  const frame = objectTextSchema.parse(entry.frame);
  const body = entry.output === null ? frame : { ...frame, output: readOutput(entry) };
  return { id, kind, owner, threadId, previousId, model, metadata, createdAt, body, processId };
};

const toAnswer = (entry: Entry): StoredAnswer => ({
  ...toAnswerBody(entry),
  input: objectsTextSchema.parse(entry.input),
});

const toBytes = ({ metadata, frame, output, input, events }: Entry): number =>
  [JSON.stringify(metadata), frame, output, input, events].reduce(
    (sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)),
    0,
  );
