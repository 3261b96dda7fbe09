import { LRUCache } from 'lru-cache';
import { sha256 } from '../../core/digest.ts';
import type { ToolCall } from '../../core/run-request.ts';
import { normalizeArguments } from './normalize-message.ts';

/**
 * What calls asked for when the client was told of them. A client that sends a call back with its id means that call, whatever
 * it has made of the arguments: Claude Code fills in defaults, and rewrites commands.
 */
export interface ToldCalls {
  /** Notes the calls of an answer; `before` is the digest of the owner's conversation that it answers. */
  add(owner: string, before: string, calls: readonly ToolCall[]): void;
  /** The digest of a call's arguments: as it was told, where this conversation had a call of this id, else as it is sent. */
  toArguments(owner: string, before: string, call: ToolCall): string;
}

/** Three digests and an id each: some hundred bytes. */
const MAX_COUNT = 10_000;

export const createToldCalls = (): ToldCalls => {
  const digests = new LRUCache<string, string>({ max: MAX_COUNT });
  // Some models number their calls: an id by itself may stand for others elsewhere, or before a restart.
  const toKey = (owner: string, before: string, id: string): string => [owner, before, id].join('\n');
  return {
    add(owner, before, calls) {
      for (const call of calls) digests.set(toKey(owner, before, call.id), toDigest(call));
    },
    toArguments: (owner, before, call) => digests.get(toKey(owner, before, call.id)) ?? toDigest(call),
  };
};

const toDigest = (call: ToolCall): string => sha256(normalizeArguments(call.arguments), 'base64');
