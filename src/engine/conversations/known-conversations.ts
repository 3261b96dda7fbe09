import { LRUCache } from 'lru-cache';
import type { ConversationKeys } from './conversation-keys.ts';

/** Remembers, as digests, which conversations there were and in which shape; tells a lost one from another one. */
export interface KnownConversations {
  /** Notes that the whole conversation of these keys was seen in their shape. */
  add(keys: ConversationKeys): void;
  /** Whether the longest known beginning of a conversation is known in other shapes only: another system prompt, say. */
  isOtherShape(keys: ConversationKeys): boolean;
}

/** A digest and a few shapes each: some hundred bytes. */
const MAX_COUNT = 10_000;

export const createKnownConversations = (): KnownConversations => {
  const shapesByContent = new LRUCache<string, ReadonlySet<string>>({ max: MAX_COUNT });
  return {
    add({ whole: [shape = ''], content }) {
      const key = content.at(-1) ?? '';
      shapesByContent.set(key, new Set([...(shapesByContent.get(key) ?? []), shape].slice(-16)));
    },
    isOtherShape({ whole: [shape = ''], content }) {
      const known = content.slice(1).findLast((key) => shapesByContent.has(key));
      return known !== undefined && shapesByContent.get(known)?.has(shape) === false;
    },
  };
};
