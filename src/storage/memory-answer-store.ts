import type { AnswerStore, StoredAnswer } from '../core/answer-store.ts';
import type { JsonObject } from '../core/json-object.ts';
import { takePage } from '../core/take-page.ts';
import { createMemoryConversationStore } from './memory-conversation-store.ts';
import { createMemoryThreads } from './memory-threads.ts';
import { findById, objectsTextSchema, objectTextSchema, readIds } from './stored-json.ts';

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
  const change = (id: string, body: JsonObject, changes: Partial<Entry>): Entry | null => {
    const entry = answers.get(id);
    if (entry === undefined) return null;
    const itemIds = new Set([...entry.itemIds, ...readOutputIds(entry, body)]);
    put({ ...entry, body: JSON.stringify(body), itemIds, ...changes });
    return entry;
  };
  const select = (matches: (entry: Entry) => boolean): Entry[] =>
    [...answers.values()].filter(matches).toSorted((a, b) => a.createdAt - b.createdAt);

  return {
    conversations,
    add(answer) {
      const { id, owner, threadId, body, input } = answer;
      if (answers.has(id)) throw new Error(`There is an answer ${id} already.`);
      threads.use(threadId, owner);
      const inputIds = answer.kind === 'response' ? readIds(input) : [];
      put({
        ...answer,
        body: JSON.stringify(body),
        input: JSON.stringify(input),
        events: null,
        itemIds: new Set([...inputIds, ...readOutputIds(answer, body)]),
      });
    },
    settle(id, { body, events }) {
      const entry = change(id, body, { events: events === null ? null : JSON.stringify(events), processId: null });
      if (entry === null) return false;
      threads.use(entry.threadId, entry.owner);
      return true;
    },
    find(owner, id) {
      const entry = find(owner, id);
      return entry === null ? null : toAnswer(entry);
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
    findItem(owner, itemId) {
      const entry = [...answers.values()].find((one) => one.owner === owner && one.itemIds.has(itemId));
      if (entry === undefined) return conversations.findAnyItem(owner, itemId);
      const { input, body } = toAnswer(entry);
      return findById(input, itemId) ?? findById(body['output'], itemId);
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
    removeOwner: (owner) => threads.removeOwner(owner),
    removeUnused: (usedBefore) => threads.removeUnused(usedBefore),
    trim: (maxBytes) => threads.trim(maxBytes),
    close() {
      threads.removeUnused(Infinity);
    },
  };
};

/** Messages of a chat are no items. */
const readOutputIds = ({ kind }: Pick<StoredAnswer, 'kind'>, body: JsonObject): readonly string[] =>
  kind === 'response' ? readIds(body['output']) : [];

const toAnswer = ({ events: _events, itemIds: _itemIds, ...entry }: Entry): StoredAnswer => ({
  ...entry,
  body: objectTextSchema.parse(entry.body),
  input: objectsTextSchema.parse(entry.input),
});

const toBytes = ({ metadata, body, input, events }: Entry): number =>
  Buffer.byteLength(JSON.stringify(metadata)) +
  Buffer.byteLength(body) +
  Buffer.byteLength(input) +
  (events === null ? 0 : Buffer.byteLength(events));
