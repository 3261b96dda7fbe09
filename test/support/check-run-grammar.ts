import { assertNever } from '../../src/core/assert-never.ts';
import type { RunEvent } from '../../src/core/run-event.ts';

/**
 * Throws where events break the grammar that `RunEvent` describes, and says what is wrong. They may be those of a whole run,
 * or of its turns up to any of them. `isComplete: false` allows for a turn that was cut off; `maxTurns: 1` for one alone.
 */
export const checkRunGrammar = (
  events: readonly RunEvent[],
  { isComplete = true, maxTurns = Number.POSITIVE_INFINITY } = {},
): void => {
  let phase: 'between' | 'turn' | 'over' = 'between';
  let open: { readonly kind: string; readonly id: string } | null = null;
  let turns = 0;
  let callsInTurn = 0;
  let identity: string | null = null;
  const usedBlockIds = new Set<string>();
  const usedCallIds = new Set<string>();
  for (const [index, event] of events.entries()) {
    const fail = (problem: string): never => {
      throw new Error(`Event ${index} (${JSON.stringify(event)}) ${problem}`);
    };
    if (phase === 'over') fail('comes after the end of the run.');
    if (phase === 'between' && event.type !== 'run-start' && event.type !== 'run-error') fail('comes before a turn.');
    if (phase === 'between' && turns === maxTurns) fail('comes after the end of the turn.');
    switch (event.type) {
      case 'run-start':
        if (phase !== 'between') fail('starts a turn in a turn.');
        identity ??= `${event.runId} ${event.agentId}`;
        if (identity !== `${event.runId} ${event.agentId}`) fail('names another run than the turn before.');
        phase = 'turn';
        callsInTurn = 0;
        break;
      case 'text-start':
      case 'reasoning-start':
        if (open !== null) fail(`opens a block while ${open.id} is open.`);
        if (usedBlockIds.has(event.id)) fail('uses an id again.');
        usedBlockIds.add(event.id);
        open = { kind: event.type.replace('-start', ''), id: event.id };
        break;
      case 'text-delta':
      case 'reasoning-delta':
        if (open?.id !== event.id || `${open.kind}-delta` !== event.type) fail('belongs to no open block.');
        if (event.text === '') fail('is empty.');
        break;
      case 'text-end':
      case 'reasoning-end':
        if (open?.id !== event.id || `${open.kind}-end` !== event.type) fail('closes no open block.');
        open = null;
        break;
      case 'tool-call':
        if (open !== null) fail(`is made while ${open.id} is open.`);
        if (event.id === '' || event.name === '') fail('has no id or no name.');
        if (usedCallIds.has(event.id)) fail('uses an id again.');
        if (!isJsonObject(event.arguments)) fail('has arguments that are no JSON object.');
        usedCallIds.add(event.id);
        callsInTurn += 1;
        break;
      case 'run-end':
        if (open !== null) fail(`ends the turn while ${open.id} is open.`);
        if (event.finishReason === 'tool_calls' && callsInTurn === 0) fail('ends a turn with calls that has none.');
        if (event.finishReason === 'stop' && callsInTurn > 0) fail('ends a run whose calls have no results.');
        phase = event.finishReason === 'tool_calls' ? 'between' : 'over';
        turns += 1;
        break;
      case 'run-error':
        phase = 'over';
        break;
      default:
        assertNever(event);
    }
  }
  const last = events.at(-1)?.type;
  if (isComplete && last !== 'run-end' && last !== 'run-error') {
    throw new Error(`There is no end after ${events.length} events.`);
  }
};

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};
