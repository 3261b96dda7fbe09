import { LRUCache } from 'lru-cache';
import type { ConversationKeys } from './conversation-keys.ts';

/** Remembers, as digests, which conversations there were and in which shape; tells a lost one from another one. */
export interface KnownConversations {
  /** Notes that the whole conversation of these keys was seen in their shape. */
  add(keys: ConversationKeys): void;
  /** Whether the longest known beginning of a conversation is known in other shapes only: another system prompt, say. */
  isOtherShape(keys: ConversationKeys): boolean;
  /** The digest of the shape in which the longest known beginning of a conversation was last seen; `null` where none is known. */
  findLastShape(content: readonly string[]): string | null;
}

/** A digest and a few shapes each: some hundred bytes. */
const MAX_COUNT = 10_000;

export const createKnownConversations = (): KnownConversations => {
  const shapesByContent = new LRUCache<string, ReadonlySet<string>>({ max: MAX_COUNT });
  const findKnown = (content: readonly string[]): string | undefined =>
    content.slice(1).findLast((key) => shapesByContent.has(key));
  return {
    add({ whole: [shape = ''], content }) {
      const key = content.at(-1) ?? '';
      const others = [...(shapesByContent.get(key) ?? [])].filter((each) => each !== shape);
      shapesByContent.set(key, new Set([...others.slice(-15), shape]));
    },
    findLastShape(content) {
      const known = findKnown(content);
      return known === undefined ? null : ([...(shapesByContent.get(known) ?? [])].at(-1) ?? null);
    },
    isOtherShape({ whole: [shape = ''], content }) {
      const known = findKnown(content);
      return known !== undefined && shapesByContent.get(known)?.has(shape) === false;
    },
  };
};
