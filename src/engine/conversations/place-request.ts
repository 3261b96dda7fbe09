import type { Message } from '../../core/run-request.ts';
import type { ToolResult } from '../../core/tool.ts';
import type { ConversationKeys } from './conversation-keys.ts';
import type { HeldRun, HeldRuns } from './held-runs.ts';
import type { KeptAgent, KeptAgents } from './kept-agents.ts';
import type { KnownConversations } from './known-conversations.ts';
import { findToolContinuation, matchToolResults } from './match-tool-results.ts';

/** Where a request goes on. What it takes is nobody else's from then on. */
export type Placement =
  | { readonly kind: 'resumed-tools'; readonly held: HeldRun; readonly results: readonly ToolResult[] }
  | {
      readonly kind: 'continued';
      readonly key: string;
      readonly agent: KeptAgent;
      /** What the agent does not know yet. */
      readonly messages: readonly Message[];
    }
  | { readonly kind: 'new' | 'rebuilt'; readonly messages: readonly Message[] };

/**
 * Finds the run or the agent that a request goes on with.
 *
 * @throws GatewayError `invalid_request` where a run waits for results that are missing
 */
export const placeRequest = (
  stores: { readonly heldRuns: HeldRuns; readonly keptAgents: KeptAgents; readonly known: KnownConversations },
  keys: ConversationKeys,
  messages: readonly Message[],
): Placement => {
  const resumed = resumeRun(stores.heldRuns, keys, messages);
  // A run whose calls are part of the conversation and yet not answered now is one that nobody will ever answer.
  stores.heldRuns.cancelCalls(keys.whole[0] ?? '', listCallIds(messages));
  if (resumed !== null) return resumed;

  const answered = messages.findLastIndex(({ role }) => role === 'assistant') + 1;
  const added = messages.slice(answered);
  if (answered > 0 && added.length > 0 && added.every(({ role }) => role !== 'tool')) {
    const key = keys.whole[answered] ?? '';
    const agent = stores.keptAgents.claim(key);
    if (agent !== null) return { kind: 'continued', key, agent, messages: added };
  }
  const hasHistory = messages.some(({ role }) => role === 'assistant' || role === 'tool');
  return { kind: hasHistory && !stores.known.isOtherShape(keys) ? 'rebuilt' : 'new', messages };
};

const resumeRun = (heldRuns: HeldRuns, keys: ConversationKeys, messages: readonly Message[]): Placement | null => {
  const continuation = findToolContinuation(messages);
  if (continuation === null) return null;
  const held = heldRuns.find(keys.whole[continuation.length] ?? '', continuation.calls);
  if (held === null) return null;
  const results = matchToolResults(held.calls, continuation);
  heldRuns.take(held);
  return { kind: 'resumed-tools', held, results };
};

const listCallIds = (messages: readonly Message[]): ReadonlySet<string> =>
  new Set(messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls.map(({ id }) => id) : [])));
